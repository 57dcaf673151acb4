import { createCRC64, type IHasher } from 'hash-wasm';

/** The reflected polynomial of CRC64NVME, in the form that hash-wasm takes it. */
const polynomial = '9a6c9329ac4bc9b5';

/** Hashers are WebAssembly instances; making one costs more than hashing a small body. So many are
 * kept for reuse. */
const idleMax = 64;
const idle: IHasher[] = [];

/** A CRC64NVME hasher that nobody else feeds until `release`. */
export async function acquireCrc64(): Promise<IHasher> {
  const hasher = idle.pop() ?? (await createCRC64(polynomial));
  return hasher.init();
}

export function releaseCrc64(hasher: IHasher): void {
  if (idle.length < idleMax) idle.push(hasher);
}

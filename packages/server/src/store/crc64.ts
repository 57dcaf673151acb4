import type { IHasher } from 'hash-wasm';

/** The reflected polynomial of CRC64NVME, in the form that hash-wasm takes it. */
const polynomial = '9a6c9329ac4bc9b5';

/** Hashers are WebAssembly instances; making one costs more than hashing a small body. So many are
 * kept for reuse. */
const idleMax = 64;
const idle: IHasher[] = [];

/** A CRC64NVME hasher that nobody else feeds until `release`. */
export async function acquireCrc64(): Promise<IHasher> {
  const hasher = idle.pop() ?? (await createHasher());
  return hasher.init();
}

/** Loaded by the first body that wants it: 25 ms and 8 MB that most servers never need. */
async function createHasher(): Promise<IHasher> {
  const { createCRC64 } = await import('hash-wasm');
  return createCRC64(polynomial);
}

export function releaseCrc64(hasher: IHasher): void {
  if (idle.length < idleMax) idle.push(hasher);
}

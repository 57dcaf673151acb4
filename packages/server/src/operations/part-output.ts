import type { Part } from '../store/upload.ts';
import { checksumOutput } from './checksums.ts';

/** The checksum of a part; a part has no type of checksum, only its object has. */
export function partChecksum(part: Pick<Part, 'checksum'>) {
  const { ChecksumType: _, ...value } = checksumOutput(part.checksum);
  return value;
}

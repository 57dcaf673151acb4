/** What `bench/` measures without a server around it; no part of the package's promise. */
export { openLmdb } from './metadata/lmdb.ts';

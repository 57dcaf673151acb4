/** What `bench/` measures without a server around it; no part of the package's promise. */
export { openMemoryData } from './data/memory.ts';
export { openLmdb } from './metadata/lmdb.ts';
export { createStore } from './store/create-store.ts';
export { objectKey, versionKey } from './store/keyspace.ts';
export { encodeObject } from './store/object-row.ts';
export { stampAt } from './store/version.ts';
export { encodeMarker } from './store/version-row.ts';
export type { MetadataEngine } from './metadata/engine.ts';
export type { Bucket } from './store/bucket.ts';
export type { Store } from './store/store.ts';

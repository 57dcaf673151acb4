import type { DataEngine } from '../data/engine.ts';
import { limits } from '../limits.ts';
import type { MetadataEngine } from '../metadata/engine.ts';
import { createBuckets } from './buckets.ts';
import { createContents } from './contents.ts';
import { createIds, type Random } from './ids.ts';
import { createObjects } from './objects.ts';
import type { Store } from './store.ts';
import { createUploads } from './uploads.ts';

/** The domain over a pair of engines, which it does not close. */
export function createStore(over: {
  readonly metadata: MetadataEngine;
  readonly data: DataEngine;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly random: Random;
  /** What every part but the last must have at least; `limits.partBytesMin` unless told. */
  readonly partBytesMin?: number;
}): Store {
  const { metadata, data, now, random, partBytesMin = limits.partBytesMin } = over;
  const ids = createIds(now, random);
  const contents = createContents({ metadata, data, ids, now });
  return {
    buckets: createBuckets({ metadata, ids, now }),
    objects: createObjects({ metadata, contents, now, random }),
    uploads: createUploads({ metadata, contents, now, random, partBytesMin }),
  };
}

import type { Buckets } from './bucket.ts';
import type { Objects } from './object.ts';
import type { Uploads } from './upload.ts';

/** The domain: what S3 is, without HTTP, XML or an engine. */
export interface Store {
  readonly buckets: Buckets;
  readonly objects: Objects;
  readonly uploads: Uploads;
}

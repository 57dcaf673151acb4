import { Buffer } from 'node:buffer';
import type { Bytes, Check } from '../metadata/engine.ts';
import type { Bucket, Versioning } from './bucket.ts';
import { versioningKey } from './keyspace.ts';
import type { Random } from './ids.ts';
import { newVersion, nextStamp, nullVersionId, type Version } from './version.ts';

const values: Readonly<Record<Versioning, Bytes>> = {
  Enabled: Buffer.from('E', 'latin1'),
  Suspended: Buffer.from('S', 'latin1'),
};

/** What the row `s bucketId` holds. */
export const versioningValue = (versioning: Versioning): Bytes => values[versioning];

/** The bucket still keeps versions, or not, as the request found it. */
export function versioningCheck({ id, versioning }: Bucket): Check {
  return { key: versioningKey(id), value: versioning && values[versioning] };
}

/** The version that something written now has. */
export function versionFor(
  { versioning }: Bucket,
  { nowMs, last, random }: { nowMs: number; last: string | undefined; random: Random },
): Version {
  const stamp = nextStamp(nowMs, last);
  return versioning === 'Enabled' ? newVersion(stamp, random) : { id: nullVersionId, stamp };
}

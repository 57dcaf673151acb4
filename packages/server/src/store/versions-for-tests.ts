import type { Buffer } from 'node:buffer';
import { versionObjectKeyOf } from './keyspace.ts';
import { decodeObject } from './object-row.ts';
import { nullVersionId, type Version } from './version.ts';
import { decodeVersion } from './version-row.ts';

interface Row {
  readonly key: Buffer;
  readonly value: Uint8Array;
}

/** What the rows of versions say that cannot be: an order that is not one, an object that should be
 * current and is not, a null version that its pointer misses. */
export function auditVersions(
  currents: readonly Row[],
  others: readonly Row[],
  pointers: readonly Row[],
): readonly string[] {
  const problems: string[] = [];
  const keys = new Map<string, { version: Version; marker: boolean; current: boolean }[]>();
  const note = (key: string, found: { version: Version; marker: boolean; current: boolean }) =>
    keys.set(key, [...(keys.get(key) ?? []), found]);
  for (const { key, value } of currents) {
    const { version } = decodeObject('', value).object;
    note(key.toString('hex', 1), { version, marker: false, current: true });
  }
  for (const { key, value } of others) {
    const row = decodeVersion('', value);
    const { version } = row.kind === 'object' ? row.object : row.marker;
    const of = key.toString('hex', 1, 9) + versionObjectKeyOf(key).toString('hex');
    note(of, { version, marker: row.kind === 'marker', current: false });
  }
  const pointed = new Map(pointers.map(({ key, value }) => [key.toString('hex', 1), value]));
  for (const [key, versions] of keys) {
    const stamps = versions.map(({ version }) => version.stamp);
    const sorted = [...new Set(stamps)].toSorted().toReversed();
    if (stamps.join(' ') !== sorted.join(' ')) problems.push(`versions of ${key} in disorder`);
    const [latest] = versions;
    if (latest && !latest.current && !latest.marker) problems.push(`${key} has nothing current`);
    const nulls = versions.filter(({ version }) => version.id === nullVersionId);
    if (nulls.length > 1) problems.push(`${key} has ${nulls.length} null versions`);
    const lost = nulls.find(({ current }) => !current);
    const pointer = pointed.get(key);
    const stamp = pointer && String.fromCodePoint(...pointer);
    if (stamp !== lost?.version.stamp) problems.push(`the null version of ${key} is misplaced`);
    pointed.delete(key);
  }
  for (const key of pointed.keys()) problems.push(`a pointer to a null version of ${key}`);
  return problems;
}

import { EngineError } from '../engine-error.ts';
import type { Bytes } from '../metadata/engine.ts';
import type { Acl } from './acl.ts';
import type { Checksum, ChecksumAlgorithm, ChecksumType } from './checksum.ts';
import type { ObjectContent } from './content.ts';
import type { StoredObject, SystemHeaders, Tags } from './object.ts';
import { decodeRow, encodeRow } from './row-format.ts';
import { nullVersionId, stampAt, stampIn, type Version } from './version.ts';

/** The row `o bucketId key`. */
export interface ObjectRow {
  readonly object: StoredObject;
  readonly content: ObjectContent;
}

const format = 1;

/**
 * What follows the format's number. The key is not among it: it is in the row's key. Absent values
 * are `null`, and cut off at the end.
 */
type Fields = readonly [
  sizeBytes: number,
  etag: string,
  modifiedMs: number,
  owner: string,
  where: 'r' | 'b' | 'p',
  contentId: string,
  headers: readonly (string | null)[],
  checksum?: readonly [ChecksumAlgorithm, 'F' | 'C', string] | null,
  userMetadata?: Readonly<Record<string, string>> | null,
  storageClass?: string | null,
  partsCount?: number | null,
  version?: string | null,
  tags?: Tags | null,
  acl?: Acl | null,
];

const letters = { row: 'r', blob: 'b', parts: 'p' } as const;
const types = { F: 'FULL_OBJECT', C: 'COMPOSITE' } as const satisfies Record<string, ChecksumType>;

/** The order in which a row holds the headers; the commonest first. */
const headerNames = [
  'contentType',
  'cacheControl',
  'contentDisposition',
  'contentEncoding',
  'contentLanguage',
  'expires',
  'websiteRedirectLocation',
] as const satisfies readonly (keyof SystemHeaders)[];

export function encodeObject({ object, content }: ObjectRow): Bytes {
  const { checksum, userMetadata, storageClass, partsCount, tags, acl } = object;
  const last: unknown[] = [
    checksum && [checksum.algorithm, checksum.type === 'COMPOSITE' ? 'C' : 'F', checksum.value],
    isEmpty(userMetadata) ? undefined : userMetadata,
    storageClass,
    partsCount,
    versionText(object.version, object.modifiedMs),
    tags,
    acl,
  ];
  while (last.length > 0 && last.at(-1) === undefined) last.pop();
  return encodeRow([
    format,
    object.sizeBytes,
    object.etag,
    object.modifiedMs,
    object.owner,
    letters[content.kind],
    content.id,
    headerValues(object.headers),
    ...last,
  ]);
}

function headerValues(headers: SystemHeaders): readonly (string | undefined)[] {
  const values: (string | undefined)[] = [];
  for (const name of headerNames) values.push(headers[name]);
  while (values.length > 0 && values.at(-1) === undefined) values.pop();
  return values;
}

/** Reads a row of `encodeObject`; throws `EngineError('corrupt')`. */
export function decodeObject(key: string, bytes: Bytes): ObjectRow {
  const row = decodeRow(bytes, format);
  if (typeof row[6] !== 'string' || !Array.isArray(row[7])) {
    throw new EngineError('corrupt', 'an object row lacks its content');
  }
  const [
    sizeBytes,
    etag,
    modifiedMs,
    owner,
    where,
    id,
    headers,
    sum,
    metadata,
    storageClass,
    parts,
    version,
    tags,
    acl,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only `encodeObject` writes them
  ] = row.slice(1) as unknown as Fields;
  return {
    object: {
      key,
      sizeBytes,
      etag,
      modifiedMs,
      owner,
      headers: decodeHeaders(headers),
      userMetadata: metadata ?? noMetadata,
      ...(sum && { checksum: decodeChecksum(sum) }),
      ...(storageClass && { storageClass }),
      ...(parts && { partsCount: parts }),
      version: versionIn(version ?? undefined, modifiedMs),
      ...(tags && { tags }),
      ...(acl && { acl }),
    },
    content:
      where === 'p'
        ? { kind: 'parts', id }
        : { kind: where === 'r' ? 'row' : 'blob', id, sizeBytes },
  };
}

/**
 * A version as a row has it: an id, or the stamp of the null version; nothing where that follows from
 * the time of writing, as in every bucket that never kept versions.
 */
export function versionText({ id, stamp }: Version, modifiedMs: number): string | undefined {
  if (id !== nullVersionId) return id;
  return stamp === stampAt(modifiedMs) ? undefined : stamp;
}

/** Reads what `versionText` gave. */
export function versionIn(text: string | undefined, modifiedMs: number): Version {
  if (text === undefined) return { id: nullVersionId, stamp: stampAt(modifiedMs) };
  const stamp = stampIn(text);
  return { id: text === stamp ? nullVersionId : text, stamp };
}

const noMetadata: Readonly<Record<string, string>> = Object.freeze({});

const decodeChecksum = ([algorithm, type, value]: readonly [
  ChecksumAlgorithm,
  'F' | 'C',
  string,
]): Checksum => ({ algorithm, type: types[type], value });

function decodeHeaders(values: readonly (string | null)[]): SystemHeaders {
  const headers: { -readonly [K in keyof SystemHeaders]: SystemHeaders[K] } = {};
  for (let i = 0; i < values.length; i++) {
    const name = headerNames[i];
    const value = values[i];
    if (name !== undefined && typeof value === 'string') headers[name] = value;
  }
  return headers;
}

function isEmpty(record: Readonly<Record<string, string>>): boolean {
  for (const _ in record) return false;
  return true;
}

import { S3Error } from '../protocol/errors.ts';
import { preconditionFailed } from '../store/current.ts';
import type { StoredObject, WriteCondition } from '../store/object.ts';
import { notImplemented } from './unserved.ts';

/** The condition of a write. Throws NotImplemented for what AWS does not implement either. */
export function writeConditionOf(input: {
  readonly IfMatch?: string | undefined;
  readonly IfNoneMatch?: string | undefined;
}): WriteCondition | undefined {
  const { IfMatch, IfNoneMatch } = input;
  if (IfMatch !== undefined && IfNoneMatch !== undefined) {
    throw notImplemented(
      'If-Match,If-None-Match',
      'Multiple conditional request headers present in the request',
    );
  }
  if (IfNoneMatch !== undefined) {
    if (IfNoneMatch.trim() !== '*') throw unacceptable('If-None-Match');
    return { absent: true };
  }
  if (IfMatch === undefined) return undefined;
  if (IfMatch.trim() === '*') throw unacceptable('If-Match');
  return { etag: unquoted(IfMatch) };
}

const unacceptable = (header: string): S3Error =>
  notImplemented(header, `We don't accept the provided value of ${header} header for this API`);

/** An ETag without its quotes, which clients forget. */
export function unquoted(etag: string): string {
  const text = etag.trim();
  return text.length >= 2 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text;
}

export interface ReadConditions {
  readonly ifMatch?: string | undefined;
  readonly ifNoneMatch?: string | undefined;
  readonly ifModifiedSince?: Date | undefined;
  readonly ifUnmodifiedSince?: Date | undefined;
}

/** The condition that forbids an answer. */
export type Unmet =
  | 'If-Match'
  | 'If-Unmodified-Since'
  | 'If-None-Match'
  | 'If-Modified-Since'
  | undefined;

/**
 * RFC 9110 section 13.2.2: an ETag outranks a date, so a date counts only without its ETag
 * counterpart. Dates have whole seconds, and a future If-Modified-Since says nothing.
 */
export function firstUnmet(object: StoredObject, conditions: ReadConditions, nowMs: number): Unmet {
  const { ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince } = conditions;
  const modified = Math.floor(object.modifiedMs / 1000);
  if (ifMatch !== undefined) {
    if (!names(ifMatch, object.etag)) return 'If-Match';
  } else if (ifUnmodifiedSince !== undefined && modified > secondsOf(ifUnmodifiedSince)) {
    return 'If-Unmodified-Since';
  }
  if (ifNoneMatch !== undefined) {
    if (names(ifNoneMatch, object.etag)) return 'If-None-Match';
  } else if (ifModifiedSince !== undefined && ifModifiedSince.getTime() <= nowMs) {
    if (modified <= secondsOf(ifModifiedSince)) return 'If-Modified-Since';
  }
  return undefined;
}

const secondsOf = (date: Date): number => Math.floor(date.getTime() / 1000);

/** Whether `*`, an ETag or a list of them names this one. `W/` is what proxies that compress make
 * of an ETag; its bytes are the same for us. */
function names(header: string, etag: string): boolean {
  for (const part of header.split(',')) {
    const text = part.trim();
    if (text === '*') return true;
    if (unquoted(text.startsWith('W/') ? text.slice(2) : text) === etag) return true;
  }
  return false;
}

/** Throws PreconditionFailed (412), or NotModified (304) with the headers that a cache renews. */
export function requireReadConditions(
  object: StoredObject,
  conditions: ReadConditions,
  nowMs: number,
): void {
  const unmet = firstUnmet(object, conditions, nowMs);
  if (unmet === undefined) return;
  if (unmet === 'If-Match' || unmet === 'If-Unmodified-Since') throw preconditionFailed(unmet);
  const { cacheControl, expires } = object.headers;
  throw new S3Error('NotModified', {
    headers: {
      ETag: `"${object.etag}"`,
      'Last-Modified': new Date(object.modifiedMs).toUTCString(),
      ...(cacheControl !== undefined && { 'Cache-Control': cacheControl }),
      ...(expires !== undefined && { Expires: expires }),
    },
  });
}

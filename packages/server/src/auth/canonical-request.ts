import type { HttpRequest } from '../http/request.ts';
import { canonicalPath, canonicalQueryPart } from './percent-encoding.ts';

/** A name and a value of the query, both in canonical encoding. */
export interface QueryParameter {
  readonly name: string;
  readonly value: string;
}

/** Takes a raw query apart. Empty pieces are dropped; a piece without `=` has an empty value. */
export function parseQuery(query: string): QueryParameter[] {
  const parameters: QueryParameter[] = [];
  for (const piece of query === '' ? [] : query.split('&')) {
    if (piece !== '') {
      const equals = piece.indexOf('=');
      parameters.push({
        name: canonicalQueryPart(equals === -1 ? piece : piece.slice(0, equals)),
        value: equals === -1 ? '' : canonicalQueryPart(piece.slice(equals + 1)),
      });
    }
  }
  return parameters;
}

/** The parts of a canonical request beside those that the request itself holds. */
export interface CanonicalParts {
  /** Without `X-Amz-Signature`. */
  readonly parameters: readonly QueryParameter[];
  /** Lower-case names, in the order in which they were signed. */
  readonly signedHeaders: Iterable<string>;
  /** Hexadecimal digits, or one of the words that stand for them (`UNSIGNED-PAYLOAD`). */
  readonly payloadHash: string;
  /** Instead of the canonical form of the request's path. */
  readonly path?: string;
}

/**
 * The canonical request of Signature Version 4 in S3's flavour: the path is encoded once and is not
 * normalised (https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html).
 *
 * @returns text in which each character is one byte
 */
export function canonicalRequest(
  request: Pick<HttpRequest, 'method' | 'path' | 'headers' | 'rawHeaders'>,
  { parameters, signedHeaders, payloadHash, path = canonicalPath(request.path) }: CanonicalParts,
): string {
  const valueOf = headerValues(request);
  let headers = '';
  let names = '';
  for (const name of signedHeaders) {
    headers += `${name}:${valueOf(name)}\n`;
    names += names === '' ? name : `;${name}`;
  }
  const query = canonicalQuery(parameters);
  return `${request.method}\n${path}\n${query}\n${headers}\n${names}\n${payloadHash}`;
}

/** Sorted by encoded name, then by encoded value; an empty value keeps its `=`. */
export function canonicalQuery(parameters: readonly QueryParameter[]): string {
  if (parameters.length === 0) {
    return '';
  }
  return parameters
    .toSorted((a, b) => compare(a.name, b.name) || compare(a.value, b.value))
    .map(({ name, value }) => `${name}=${value}`)
    .join('&');
}

/** Encoded text is ASCII, for which the order of UTF-16 units is the order of bytes. */
function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** Trims and folds as the standard says: spaces and tabs at the ends go, runs of them become one. */
function fold(value: string): string {
  const plain =
    !value.includes('  ') &&
    !value.startsWith(' ') &&
    !value.endsWith(' ') &&
    !otherBlank.test(value);
  return plain ? value : value.replace(/[ \t\r\n]+/g, ' ').replace(/^ | $/g, '');
}

const otherBlank = /[\t\r\n]/;

/**
 * The canonical value of a header by its lower-case name. Node joins repeated lines with `, ` or
 * drops them, but the signature is over all of them joined with `,`; so where a name is repeated
 * the raw lines are read.
 */
function headerValues({
  headers,
  rawHeaders,
}: Pick<HttpRequest, 'headers' | 'rawHeaders'>): (name: string) => string {
  if (Object.keys(headers).length * 2 === rawHeaders.length) {
    return (name) => {
      const value = headers[name];
      return typeof value === 'string' ? fold(value) : '';
    };
  }
  const joined = new Map<string, string>();
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = (rawHeaders[at] ?? '').toLowerCase();
    const value = fold(rawHeaders[at + 1] ?? '');
    const before = joined.get(name);
    joined.set(name, before === undefined ? value : `${before},${value}`);
  }
  return (name) => joined.get(name) ?? '';
}

import type { HttpRequest } from '../http/request.ts';
import { limits } from '../limits.ts';
import { S3Error } from '../protocol/errors.ts';
import type { QueryParameter } from './canonical-request.ts';
import { decodeCanonical } from './percent-encoding.ts';
import { parseCredential, terminal, type Scope } from './scope.ts';
import { algorithm } from './sigv4.ts';
import { parseDateHeader, parseTimestamp, formatTimestamp } from './timestamp.ts';

/** What a request says of its own signature; nothing of it is proven yet. */
export interface Claim {
  readonly accessKeyId: string;
  readonly scope: Scope;
  /** Lower-case names, in the order in which they were signed. */
  readonly signedHeaders: ReadonlySet<string>;
  readonly signature: string;
  /** `20130524T000000Z`, and the same in milliseconds since the epoch. */
  readonly timestamp: string;
  readonly signedAtMs: number;
  /** How long a presigned URL is good for; undefined when the header signs. */
  readonly expiresSeconds: number | undefined;
}

/**
 * Reads the `Authorization` header.
 *
 * @param region the one region of this server; undefined: any
 * @throws S3Error AuthorizationHeaderMalformed, InvalidArgument, InvalidRequest, AccessDenied
 */
export function readHeaderClaim(
  headers: HttpRequest['headers'],
  region: string | undefined,
): Claim {
  const fields = authorizationFields(headers['authorization'] ?? '');
  const missing = ['Credential', 'SignedHeaders', 'Signature'].find((name) => !fields.get(name));
  if (missing !== undefined) {
    throw malformedHeader(`missing ${missing}.`);
  }
  const { accessKeyId, scope } = readCredential(fields.get('Credential') ?? '', {
    region,
    malformed: malformedHeader,
  });
  const amzDate = headers['x-amz-date'];
  const signedAtMs =
    amzDate === undefined ? parseDateHeader(headers['date'] ?? '') : parseTimestamp(amzDate);
  if (signedAtMs === undefined) {
    throw new S3Error('AccessDenied', {
      message: 'AWS authentication requires a valid Date or x-amz-date header',
    });
  }
  const timestamp = amzDate ?? formatTimestamp(signedAtMs);
  if (!timestamp.startsWith(scope.date)) {
    throw malformedHeader(differentDate(scope.date, timestamp));
  }
  return {
    accessKeyId,
    scope,
    signedHeaders: readSignedHeaders(fields.get('SignedHeaders') ?? '', malformedHeader),
    signature: fields.get('Signature') ?? '',
    timestamp,
    signedAtMs,
    expiresSeconds: undefined,
  };
}

/**
 * Reads the `X-Amz-…` parameters of a presigned URL
 * (https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html).
 *
 * @throws S3Error AuthorizationQueryParametersError, InvalidRequest
 */
export function readQueryClaim(
  parameters: readonly QueryParameter[],
  region: string | undefined,
): Claim {
  const find = (name: string): string =>
    decodeCanonical(parameters.find((parameter) => parameter.name === name)?.value ?? '');
  const { 'X-Amz-Algorithm': named, ...values } = {
    'X-Amz-Algorithm': find('X-Amz-Algorithm'),
    credential: find('X-Amz-Credential'),
    timestamp: find('X-Amz-Date'),
    expires: find('X-Amz-Expires'),
    signedHeaders: find('X-Amz-SignedHeaders'),
    signature: find('X-Amz-Signature'),
  };
  if (named === '' || Object.values(values).includes('')) {
    throw malformedQuery(
      'Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.',
    );
  }
  if (named !== algorithm) {
    throw malformedQuery(`X-Amz-Algorithm only supports "${algorithm}"`);
  }
  const { accessKeyId, scope } = readCredential(values.credential, {
    region,
    malformed: (detail, fields) =>
      malformedQuery(`Error parsing the X-Amz-Credential parameter; ${detail}`, fields),
  });
  const signedAtMs = parseTimestamp(values.timestamp);
  if (signedAtMs === undefined) {
    throw malformedQuery(`X-Amz-Date must be in the ISO8601 Long Format "yyyyMMdd'T'HHmmss'Z'"`);
  }
  if (!values.timestamp.startsWith(scope.date)) {
    throw malformedQuery(differentDate(scope.date, values.timestamp));
  }
  return {
    accessKeyId,
    scope,
    signedHeaders: readSignedHeaders(values.signedHeaders, malformedQuery),
    signature: values.signature,
    timestamp: values.timestamp,
    signedAtMs,
    expiresSeconds: readExpires(values.expires),
  };
}

type Malformed = (detail: string, fields?: Readonly<Record<string, string>>) => S3Error;

const malformedHeader: Malformed = (detail, fields = {}) =>
  new S3Error('AuthorizationHeaderMalformed', {
    message: `The authorization header is malformed; ${detail}`,
    fields,
  });

const malformedQuery: Malformed = (detail, fields = {}) =>
  new S3Error('AuthorizationQueryParametersError', { message: detail, fields });

/** The error for every other way to sign: Signature Version 2, SigV4A. */
export function unsupportedMechanism(): S3Error {
  return new S3Error('InvalidRequest', {
    message: `The authorization mechanism you have provided is not supported. Please use ${algorithm}.`,
  });
}

/** `AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…`: any order, blanks optional. */
function authorizationFields(authorization: string): ReadonlyMap<string, string> {
  const blank = authorization.indexOf(' ');
  const scheme = blank === -1 ? authorization : authorization.slice(0, blank);
  if (scheme === 'AWS' || (scheme.startsWith('AWS4-') && scheme !== algorithm)) {
    throw unsupportedMechanism();
  }
  if (scheme !== algorithm) {
    // Only the scheme is shown: what follows may be a password of another service.
    throw new S3Error('InvalidArgument', {
      message: 'Unsupported Authorization Type',
      fields: { ArgumentName: 'Authorization', ArgumentValue: scheme },
    });
  }
  const fields = new Map<string, string>();
  for (const part of authorization.slice(scheme.length).split(',')) {
    const equals = part.indexOf('=');
    const name = part.slice(0, Math.max(equals, 0)).trim();
    if (name === '' || fields.has(name)) {
      throw malformedHeader(
        'the authorization header requires three components: Credential, SignedHeaders, and Signature.',
      );
    }
    fields.set(name, part.slice(equals + 1).trim());
  }
  return fields;
}

function readCredential(
  text: string,
  { region, malformed }: { readonly region: string | undefined; readonly malformed: Malformed },
): { readonly accessKeyId: string; readonly scope: Scope } {
  const credential = parseCredential(text);
  if (credential === undefined) {
    throw malformed(
      'the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".',
    );
  }
  const { scope } = credential;
  if (credential.terminal !== terminal) {
    throw malformed(
      `incorrect terminal "${credential.terminal}". This endpoint uses "${terminal}".`,
    );
  }
  if (scope.service !== 's3') {
    throw malformed(`incorrect service "${scope.service}". This endpoint belongs to "s3".`);
  }
  if (!/^\d{8}$/.test(scope.date)) {
    throw malformed(
      `incorrect date format "${scope.date}". This date in the credential must be in the format "yyyyMMdd".`,
    );
  }
  if (scope.region === '' || (region !== undefined && scope.region !== region)) {
    // SDKs read the field and sign again for the right region.
    const expected = region ?? 'us-east-1';
    throw malformed(`the region '${scope.region}' is wrong; expecting '${expected}'`, {
      Region: expected,
    });
  }
  return credential;
}

/**
 * A name that comes twice would put its value into the canonical request as often: 30 KiB of
 * `SignedHeaders` could make gigabytes of text to hash.
 */
function readSignedHeaders(text: string, malformed: Malformed): ReadonlySet<string> {
  const names = text.split(';');
  const signed = new Set(names);
  if (signed.size !== names.length) {
    throw malformed('SignedHeaders names a header twice.');
  }
  return signed;
}

function readExpires(text: string): number {
  if (!/^-?\d+$/.test(text)) {
    throw malformedQuery('X-Amz-Expires should be a number');
  }
  const seconds = Number(text);
  if (seconds < 1) {
    throw malformedQuery('X-Amz-Expires must be at least 1');
  }
  if (seconds > limits.presignSecondsMax) {
    throw malformedQuery(
      `X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than ${limits.presignSecondsMax} seconds`,
    );
  }
  return seconds;
}

function differentDate(date: string, timestamp: string): string {
  return `Invalid credential date "${date}". This date is not the same as X-Amz-Date: "${timestamp.slice(0, 8)}".`;
}

import { createHmac } from 'node:crypto';
import type { HttpRequest } from '../http/request.ts';
import { limits } from '../limits.ts';
import { S3Error } from '../protocol/errors.ts';
import type { Authentication } from './authenticate.ts';
import type { QueryParameter } from './canonical-request.ts';
import type { Credentials } from './identity.ts';
import { parsePayload, unsignedPayload } from './payload.ts';
import { decodeCanonical } from './percent-encoding.ts';
import { sameSignature } from './sigv4.ts';
import { formatErrorTime } from './timestamp.ts';

export interface SigV2Options {
  readonly credentials: Credentials;
  readonly now: () => number;
  /** The bucket that the host names; it is part of what is signed. */
  readonly hostBucket: string | undefined;
}

/** The parameters that address something else than the resource itself
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/RESTAuthentication.html). */
const subresources: ReadonlySet<string> = new Set([
  'accelerate',
  'acl',
  'analytics',
  'cors',
  'delete',
  'encryption',
  'inventory',
  'legal-hold',
  'lifecycle',
  'location',
  'logging',
  'metrics',
  'notification',
  'object-lock',
  'ownershipControls',
  'partNumber',
  'policy',
  'policyStatus',
  'publicAccessBlock',
  'replication',
  'requestPayment',
  'response-cache-control',
  'response-content-disposition',
  'response-content-encoding',
  'response-content-language',
  'response-content-type',
  'response-expires',
  'restore',
  'retention',
  'select',
  'select-type',
  'tagging',
  'torrent',
  'uploadId',
  'uploads',
  'versionId',
  'versioning',
  'versions',
  'website',
]);

/** Whether a request is signed by Signature Version 2, in its header or in its URL. */
export const isSigV2 = (
  request: Pick<HttpRequest, 'headers'>,
  parameters: readonly QueryParameter[],
): boolean =>
  request.headers['authorization']?.startsWith('AWS ') === true ||
  parameters.some(({ name }) => name === 'AWSAccessKeyId');

/**
 * Says who sent a request that is signed by Signature Version 2, which AWS gave up and clients of long
 * ago still speak. It covers neither the host nor the body.
 *
 * Throws S3Error: AccessDenied for dates that are missing, past or malformed, RequestTimeTooSkewed,
 * InvalidArgument, InvalidAccessKeyId, SignatureDoesNotMatch.
 */
export async function authenticateV2(
  request: HttpRequest,
  parameters: readonly QueryParameter[],
  options: SigV2Options,
): Promise<Authentication> {
  const value = (name: string): string | undefined => {
    const found = parameters.find((parameter) => parameter.name === name);
    return found && decodeCanonical(found.value);
  };
  const authorization = request.headers['authorization'];
  const [accessKeyId, signature, date] =
    authorization === undefined
      ? [value('AWSAccessKeyId'), value('Signature'), expiryOf(value('Expires'), options.now())]
      : [...claimOf(authorization), dateOf(request, options.now())];
  if (accessKeyId === undefined || signature === undefined) {
    throw new S3Error('AccessDenied', {
      message:
        'Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters',
    });
  }
  const credential = await options.credentials.find(accessKeyId);
  if (credential === undefined) {
    throw new S3Error('InvalidAccessKeyId', { fields: { AWSAccessKeyId: accessKeyId } });
  }
  const texts = resourcesOf(request, parameters, options.hostBucket).map((resource) =>
    stringToSignV2(request, date, resource),
  );
  const isRight = texts.some((text) =>
    sameSignature(
      createHmac('sha1', credential.secretAccessKey).update(text, 'latin1').digest('base64'),
      signature,
    ),
  );
  if (!isRight) {
    throw new S3Error('SignatureDoesNotMatch', {
      fields: {
        AWSAccessKeyId: accessKeyId,
        StringToSign: texts[0] ?? '',
        SignatureProvided: signature,
      },
    });
  }
  const { account } = credential;
  const form = request.headers['x-amz-content-sha256'] ?? unsignedPayload;
  return {
    identity: { kind: 'account', account, accessKeyId },
    payload: parsePayload(form, request, undefined),
  };
}

/** `AWS id:signature`. */
function claimOf(authorization: string): readonly [string, string] {
  const [, accessKeyId, signature] = /^AWS (\S{1,128}):(\S+)$/.exec(authorization) ?? [];
  if (accessKeyId !== undefined && signature !== undefined) return [accessKeyId, signature];
  throw new S3Error('InvalidArgument', {
    message: 'Authorization header is invalid.  Expected AwsAccessKeyId:signature',
    fields: { ArgumentName: 'Authorization', ArgumentValue: 'AWS' },
  });
}

/** The date as it is signed: empty when `x-amz-date` says it, which is signed as a header. */
function dateOf({ headers }: HttpRequest, nowMs: number): string {
  const amz = headers['x-amz-date'];
  const said = amz ?? headers['date'];
  const compact = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(said ?? '');
  const iso = compact && `${compact.slice(1, 4).join('-')}T${compact.slice(4).join(':')}Z`;
  const saidMs = Date.parse(iso ?? said ?? '');
  if (said === undefined || Number.isNaN(saidMs)) {
    throw new S3Error('AccessDenied', {
      message: 'AWS authentication requires a valid Date or x-amz-date header',
    });
  }
  if (Math.abs(nowMs - saidMs) > limits.clockSkewMs) {
    throw new S3Error('RequestTimeTooSkewed', {
      fields: {
        RequestTime: said,
        ServerTime: formatErrorTime(nowMs),
        MaxAllowedSkewMilliseconds: limits.clockSkewMs,
      },
    });
  }
  return amz === undefined ? said : '';
}

/** Seconds since the epoch, in the place of the date. */
function expiryOf(expires: string | undefined, nowMs: number): string {
  if (expires === undefined || !/^\d{1,12}$/.test(expires)) {
    throw new S3Error('AccessDenied', {
      message: `Invalid date (should be seconds since epoch): ${expires ?? ''}`,
    });
  }
  const expiresMs = Number(expires) * 1000;
  if (nowMs <= expiresMs) return expires;
  throw new S3Error('AccessDenied', {
    message: 'Request has expired',
    fields: { Expires: formatErrorTime(expiresMs), ServerTime: formatErrorTime(nowMs) },
  });
}

function stringToSignV2({ method, headers }: HttpRequest, date: string, resource: string): string {
  const own = Object.entries(headers)
    .filter(([name]) => name.startsWith('x-amz-'))
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => `${name}:${(value ?? '').trim()}\n`);
  const first = [method, headers['content-md5'] ?? '', headers['content-type'] ?? '', date];
  return `${first.join('\n')}\n${own.join('')}${resource}`;
}

/** The resource as it may be signed. botocore signs `/bucket/` for the URL `/bucket`, which is the same
 * bucket and no key. */
function resourcesOf(
  { path }: HttpRequest,
  parameters: readonly QueryParameter[],
  hostBucket: string | undefined,
): readonly string[] {
  const named = parameters
    .filter(({ name }) => subresources.has(name))
    .map(({ name, value }) => {
      const decoded = decodeCanonical(value);
      return decoded === '' ? name : `${name}=${decoded}`;
    })
    .toSorted();
  const query = named.length === 0 ? '' : `?${named.join('&')}`;
  const whole = hostBucket === undefined ? path : `/${hostBucket}${path}`;
  const isBucket = whole.indexOf('/', 1) === -1 && whole.length > 1;
  return isBucket ? [whole + query, `${whole}/${query}`] : [whole + query];
}

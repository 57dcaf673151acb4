import type { HttpRequest } from '../http/request.ts';
import { limits } from '../limits.ts';
import { S3Error } from '../protocol/errors.ts';
import {
  canonicalRequest,
  parseQuery,
  type CanonicalParts,
  type QueryParameter,
} from './canonical-request.ts';
import { readHeaderClaim, readQueryClaim, unsupportedMechanism, type Claim } from './claim.ts';
import type { Credential, Credentials, Identity } from './identity.ts';
import { parsePayload, unsignedPayload, type Payload } from './payload.ts';
import { canonicalPath, decodeCanonical } from './percent-encoding.ts';
import { formatScope } from './scope.ts';
import { signingKey, type SigningKey } from './signing-key.ts';
import { authenticateV2, isSigV2, type SigV2Options } from './sigv2.ts';
import { sameSignature, sign, stringToSign } from './sigv4.ts';
import { formatErrorTime } from './timestamp.ts';

export interface AuthenticateOptions {
  readonly credentials: Credentials;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** The region that a signature must name; undefined: any. */
  readonly region?: string | undefined;
  /** Present: Signature Version 2 is served, too. */
  readonly sigv2?: Pick<SigV2Options, 'hostBucket'> | undefined;
}

/** Who sent a request, and what that says of its body. */
export interface Authentication {
  readonly identity: Identity;
  readonly payload: Payload;
}

/**
 * Says who sent a request: the owner of the key that signed it, by header or by presigned URL, or
 * nobody in particular. The body is not read: `openBody` holds it to what was signed.
 *
 * @throws S3Error and nothing else, however broken the headers are
 */
export async function authenticate(
  request: HttpRequest,
  options: AuthenticateOptions,
): Promise<Authentication> {
  const parameters = parseQuery(request.query);
  if (options.sigv2 !== undefined && isSigV2(request, parameters)) {
    return authenticateV2(request, parameters, { ...options, ...options.sigv2 });
  }
  const authorization = request.headers['authorization'];
  const presigned = parameters.some(({ name }) => presigning.has(name));
  if (authorization !== undefined && presigned) {
    throw new S3Error('InvalidArgument', {
      message:
        'Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified',
      fields: { ArgumentName: 'Authorization', ArgumentValue: authorization },
    });
  }
  if (!presigned && authorization === undefined) {
    if (parameters.some(({ name }) => name === 'AWSAccessKeyId' || name === 'Signature')) {
      throw unsupportedMechanism();
    }
    const form = request.headers['x-amz-content-sha256'] ?? unsignedPayload;
    return { identity: { kind: 'anonymous' }, payload: parsePayload(form, request, undefined) };
  }
  const signed = presigned
    ? presignedHead(request, parameters, options)
    : signedHead(request, parameters, options);
  // The codes tell a key that does not exist from a signature that is wrong, as AWS's do, so there
  // is no secret in how long either takes.
  const { claim } = signed;
  const credential = await options.credentials.find(claim.accessKeyId);
  if (credential === undefined) {
    throw new S3Error('InvalidAccessKeyId', { fields: { AWSAccessKeyId: claim.accessKeyId } });
  }
  return {
    identity: {
      kind: 'account',
      account: credential.account,
      accessKeyId: credential.accessKeyId,
    },
    payload: verify(request, signed, credential),
  };
}

const presigning: ReadonlySet<string> = new Set([
  'X-Amz-Algorithm',
  'X-Amz-Credential',
  'X-Amz-Signature',
]);

/** A signed head, read and checked as far as that goes without the secret. */
interface SignedHead {
  readonly claim: Claim;
  readonly parameters: readonly QueryParameter[];
  /** The last line of the canonical request. */
  readonly payloadHash: string;
  /** What the request says of its body. */
  readonly payloadForm: string;
}

function signedHead(
  request: HttpRequest,
  parameters: readonly QueryParameter[],
  { now, region }: AuthenticateOptions,
): SignedHead {
  const claim = readHeaderClaim(request.headers, region);
  const nowMs = now();
  if (Math.abs(nowMs - claim.signedAtMs) > limits.clockSkewMs) {
    throw new S3Error('RequestTimeTooSkewed', {
      fields: {
        RequestTime: request.headers['x-amz-date'] ?? request.headers['date'] ?? '',
        ServerTime: formatErrorTime(nowMs),
        MaxAllowedSkewMilliseconds: limits.clockSkewMs,
      },
    });
  }
  const payloadHash = request.headers['x-amz-content-sha256'];
  if (payloadHash === undefined) {
    throw new S3Error('InvalidRequest', {
      message: 'Missing required header for this request: x-amz-content-sha256',
    });
  }
  refuseSessionToken(request.headers['x-amz-security-token']);
  return { claim, parameters, payloadHash, payloadForm: payloadHash };
}

function presignedHead(
  request: HttpRequest,
  parameters: readonly QueryParameter[],
  { now, region }: AuthenticateOptions,
): SignedHead {
  const claim = readQueryClaim(parameters, region);
  refuseExpired(claim, now());
  const token = parameters.find(({ name }) => name === 'X-Amz-Security-Token');
  refuseSessionToken(token?.value ?? request.headers['x-amz-security-token']);
  // The URL says what its signer knew of the body: nothing, unless it says otherwise. Then the
  // sender's header may only narrow it, for the framing of the body is the sender's to announce.
  const inQuery = parameters.find(({ name }) => name.toLowerCase() === 'x-amz-content-sha256');
  const inHeader = request.headers['x-amz-content-sha256'];
  const headerIsSigned = claim.signedHeaders.has('x-amz-content-sha256');
  const payloadHash =
    inQuery === undefined
      ? ((headerIsSigned ? inHeader : undefined) ?? unsignedPayload)
      : decodeCanonical(inQuery.value);
  return {
    claim,
    parameters: parameters.filter(({ name }) => name !== 'X-Amz-Signature'),
    payloadHash,
    payloadForm: payloadHash === unsignedPayload ? (inHeader ?? payloadHash) : payloadHash,
  };
}

function refuseExpired({ signedAtMs, expiresSeconds = 0 }: Claim, nowMs: number): void {
  if (signedAtMs > nowMs + limits.clockSkewMs) {
    throw new S3Error('AccessDenied', { message: 'Request is not valid yet' });
  }
  const expiresMs = signedAtMs + expiresSeconds * 1000;
  if (nowMs > expiresMs) {
    throw new S3Error('AccessDenied', {
      message: 'Request has expired',
      fields: {
        'X-Amz-Expires': expiresSeconds,
        Expires: formatErrorTime(expiresMs),
        ServerTime: formatErrorTime(nowMs),
      },
    });
  }
}

/** Keys are long-lived here, and AWS says the same of a token that goes with none of its keys. */
function refuseSessionToken(token: string | undefined): void {
  if (token !== undefined && token !== '') {
    throw new S3Error('InvalidToken');
  }
}

/** @returns what the signature, which is the right one, says of the body */
function verify(
  request: HttpRequest,
  { claim, parameters, payloadHash, payloadForm }: SignedHead,
  { secretAccessKey }: Credential,
): Payload {
  refuseUnsignedHeaders(request.headers, claim.signedHeaders);
  const scope = formatScope(claim.scope);
  const { timestamp } = claim;
  const key = signingKey(secretAccessKey, claim.scope);
  const payload = parsePayload(payloadForm, request, {
    signingKey: key,
    seedSignature: claim.signature,
    timestamp,
    scope,
  });
  const parts = { parameters, signedHeaders: claim.signedHeaders, payloadHash };
  const canonical = canonicalRequest(request, parts);
  const text = stringToSign({ timestamp, scope, canonicalRequest: canonical });
  if (
    !sameSignature(sign(key, text), claim.signature) &&
    !signsPathAsSent(request, parts, { key, timestamp, scope, signature: claim.signature })
  ) {
    throw new S3Error('SignatureDoesNotMatch', {
      fields: {
        AWSAccessKeyId: claim.accessKeyId,
        StringToSign: text,
        SignatureProvided: claim.signature,
        StringToSignBytes: spacedHexadecimal(text),
        CanonicalRequest: canonical,
        CanonicalRequestBytes: spacedHexadecimal(canonical),
      },
    });
  }
  return payload;
}

/**
 * Signers disagree on a path that is not in canonical form: some encode it anew, as we do, others
 * sign it as they send it (`%2F`, `%c3`, a bare `!` or `+`). Either way what is signed decodes to
 * the key that is addressed, so neither can be turned into a signature for another key.
 */
function signsPathAsSent(
  request: HttpRequest,
  parts: CanonicalParts,
  {
    key,
    timestamp,
    scope,
    signature,
  }: {
    readonly key: SigningKey;
    readonly timestamp: string;
    readonly scope: string;
    readonly signature: string;
  },
): boolean {
  if (canonicalPath(request.path) === request.path) {
    return false;
  }
  const canonical = canonicalRequest(request, { ...parts, path: request.path });
  const text = stringToSign({ timestamp, scope, canonicalRequest: canonical });
  return sameSignature(sign(key, text), signature);
}

/**
 * `host` and every `x-amz-…` header must be signed, or somebody on the way could add one.
 * `x-amz-content-sha256` is in the canonical request anyway, as its last line.
 */
function refuseUnsignedHeaders(headers: HttpRequest['headers'], signed: ReadonlySet<string>): void {
  const unsigned = signed.has('host') ? [] : ['host'];
  for (const name of Object.keys(headers)) {
    if (name.startsWith('x-amz-') && name !== 'x-amz-content-sha256' && !signed.has(name)) {
      unsigned.push(name);
    }
  }
  if (unsigned.length > 0) {
    throw new S3Error('AccessDenied', {
      message: 'There were headers present in the request which were not signed',
      fields: { HeadersNotSigned: unsigned.join(', ') },
    });
  }
}

function spacedHexadecimal(text: string): string {
  return Buffer.from(text, 'latin1')
    .toString('hex')
    .replace(/..(?!$)/g, '$& ');
}

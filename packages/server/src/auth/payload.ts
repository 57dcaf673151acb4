import type { HttpRequest } from '../http/request.ts';
import { S3Error } from '../protocol/errors.ts';
import type { SigningKey } from './signing-key.ts';

export const unsignedPayload = 'UNSIGNED-PAYLOAD';

/** What the signatures of chunks are chained from. */
export interface ChunkSigning {
  readonly signingKey: SigningKey;
  /** The signature of the request's head. */
  readonly seedSignature: string;
  /** `20130524T000000Z`. */
  readonly timestamp: string;
  /** `20130524/us-east-1/s3/aws4_request`. */
  readonly scope: string;
}

/** What was signed, or only said, about the bytes of the body. */
export type Payload =
  | { readonly kind: 'unsigned' }
  /** `expected`: lower-case hexadecimal digits. */
  | { readonly kind: 'sha256'; readonly expected: string }
  | {
      readonly kind: 'chunked';
      /** Absent: the chunks carry no signatures. */
      readonly signed?: ChunkSigning;
      readonly trailer: boolean;
      /** Lower-case, as `x-amz-trailer` announces them. */
      readonly trailerNames: readonly string[];
    };

const streaming: Readonly<Record<string, { readonly signed: boolean; readonly trailer: boolean }>> =
  {
    'STREAMING-UNSIGNED-PAYLOAD-TRAILER': { signed: false, trailer: true },
    'STREAMING-AWS4-HMAC-SHA256-PAYLOAD': { signed: true, trailer: false },
    'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER': { signed: true, trailer: true },
  };
const sha256Form = /^[0-9a-fA-F]{64}$/;

/**
 * Reads `x-amz-content-sha256`
 * (https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-auth-using-authorization-header.html).
 *
 * @param value of the header, or of the query parameter of a presigned URL
 * @param signing what signed chunks are chained from; undefined for an anonymous request
 * @throws S3Error InvalidArgument, NotImplemented, InvalidRequest
 */
export function parsePayload(
  value: string,
  request: Pick<HttpRequest, 'headers'>,
  signing: ChunkSigning | undefined,
): Payload {
  if (value === unsignedPayload) {
    return { kind: 'unsigned' };
  }
  if (sha256Form.test(value)) {
    return { kind: 'sha256', expected: value.toLowerCase() };
  }
  if (value.startsWith('STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD')) {
    throw new S3Error('NotImplemented', {
      message: `The chunk encoding algorithm ${value} is not supported.`,
    });
  }
  const form = Object.hasOwn(streaming, value) ? streaming[value] : undefined;
  if (form === undefined) {
    throw new S3Error('InvalidArgument', {
      message: `x-amz-content-sha256 must be ${unsignedPayload}, ${Object.keys(streaming).join(', ')} or a valid sha256 value.`,
      fields: { ArgumentName: 'x-amz-content-sha256', ArgumentValue: value },
    });
  }
  const { signed, trailer } = form;
  const trailerNames = trailer ? announcedTrailers(request) : [];
  if (!signed) {
    return { kind: 'chunked', trailer, trailerNames };
  }
  if (signing === undefined) {
    throw new S3Error('InvalidRequest', {
      message: `Anonymous requests don't support this x-amz-content-sha256 value. Please use ${unsignedPayload} or STREAMING-UNSIGNED-PAYLOAD-TRAILER.`,
    });
  }
  return { kind: 'chunked', signed: signing, trailer, trailerNames };
}

function announcedTrailers({ headers }: Pick<HttpRequest, 'headers'>): readonly string[] {
  const names = (headers['x-amz-trailer'] ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '');
  if (!names.every((name) => name.startsWith('x-amz-checksum-'))) {
    throw new S3Error('InvalidRequest', {
      message: 'The value specified in the x-amz-trailer header is not supported',
    });
  }
  return names;
}

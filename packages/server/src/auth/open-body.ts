import { createHash, hash, type Hash } from 'node:crypto';
import type { ByteStream, HttpRequest } from '../http/request.ts';
import { S3Error } from '../protocol/errors.ts';
import type { Authentication } from './authenticate.ts';
import { AwsChunkedDecoder } from './aws-chunked.ts';
import type { Body } from './body.ts';
import type { Payload } from './payload.ts';

/**
 * The body of a request as the bytes of the object, held to what its head said of them. Nothing is
 * read before the stream is.
 *
 * @throws S3Error MissingContentLength when the body is aws-chunked and does not say how many bytes
 *   it holds. The stream throws XAmzContentSHA256Mismatch, and what `AwsChunkedDecoder` throws.
 */
export function openBody(
  request: Pick<HttpRequest, 'headers' | 'body'>,
  { payload }: Pick<Authentication, 'payload'>,
): Body {
  const { headers, body } = request;
  const sizeBytes = parseSize(headers['content-length']);
  if (payload.kind === 'chunked') {
    return openChunked(request, payload);
  }
  const stream = payload.kind === 'sha256' ? verified(body, payload.expected, sizeBytes) : body;
  return { stream, sizeBytes, trailers: noTrailers };
}

function openChunked(
  { headers, body }: Pick<HttpRequest, 'headers' | 'body'>,
  { signed, trailer, trailerNames }: Extract<Payload, { kind: 'chunked' }>,
): Body {
  const sizeBytes = parseSize(headers['x-amz-decoded-content-length']);
  if (sizeBytes === undefined) {
    throw new S3Error('MissingContentLength');
  }
  const decoder = new AwsChunkedDecoder({ sizeBytes, signed, trailer, trailerNames });
  return {
    stream: decoded(body, decoder),
    sizeBytes,
    trailers: () => Object.fromEntries(decoder.trailers),
  };
}

async function* decoded(body: ByteStream, decoder: AwsChunkedDecoder): ByteStream {
  for await (const input of body) {
    decoder.push(input);
    for (let data = decoder.next(); data !== undefined; data = decoder.next()) {
      yield data;
    }
  }
  decoder.end();
}

/** Passes bytes on and refuses them when their SHA-256 is not the expected one. */
async function* verified(
  body: ByteStream,
  expected: string,
  sizeBytes: number | undefined,
): ByteStream {
  // Made when it is needed: most bodies come in one piece and are hashed in one call.
  let digest: Hash | undefined;
  let received = 0;
  let checked = false;
  for await (const input of body) {
    received += input.length;
    if (input.length === sizeBytes) {
      refuseOther(hash('sha256', input, 'hex'), expected);
      checked = true;
    } else {
      (digest ??= createHash('sha256')).update(input);
    }
    yield input;
  }
  if (sizeBytes !== undefined && received !== sizeBytes) {
    throw new S3Error('IncompleteBody');
  }
  if (!checked) {
    refuseOther((digest ?? createHash('sha256')).digest('hex'), expected);
  }
}

function refuseOther(computed: string, expected: string): void {
  if (computed !== expected) {
    throw new S3Error('XAmzContentSHA256Mismatch', {
      fields: { ClientComputedContentSHA256: expected, S3ComputedContentSHA256: computed },
    });
  }
}

/** A length in decimal digits; undefined when there is none that makes sense. */
function parseSize(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

function noTrailers(): Readonly<Record<string, string>> {
  return {};
}

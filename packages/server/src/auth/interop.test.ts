/** What an independent signer, the AWS SDK's own, signs is accepted; what is changed after is not. */
import { createHash, createHmac } from 'node:crypto';
import { HttpRequest as SdkRequest } from '@smithy/core/protocols';
import { SignatureV4 } from '@smithy/signature-v4';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { S3Error } from '../protocol/errors.ts';
import { authenticate } from './authenticate.ts';
import { openBody } from './open-body.ts';
import { presign, signRequest } from './sign-request.ts';
import {
  exampleCredential,
  onlyCredential,
  readAll,
  received,
  type WireRequest,
} from './wire-request.test.data.ts';

class Sha256 {
  readonly #hash;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash =
      secret === undefined
        ? createHash('sha256')
        : createHmac('sha256', typeof secret === 'string' ? secret : bytesOf(secret));
  }
  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(typeof data === 'string' ? data : bytesOf(data));
  }
  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest());
  }
  reset(): void {
    throw new Error('never reset by the signer');
  }
}

function bytesOf(data: ArrayBuffer | ArrayBufferView): Uint8Array {
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}

const signingDate = new Date('2026-02-03T04:05:06Z');
const signer = new SignatureV4({
  credentials: exampleCredential,
  region: 'eu-central-1',
  service: 's3',
  sha256: Sha256,
  uriEscapePath: false,
});
const options = {
  credentials: onlyCredential(exampleCredential),
  now: () => signingDate.getTime() + 1000,
};

function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

const text = fc.string({ unit: 'grapheme', maxLength: 12 });
const token = fc.stringMatching(/^[a-z][a-z0-9-]{0,9}$/);
const value = fc.stringMatching(/^[!-~]([ -~]{0,20}[!-~])?$/);
const requests = fc.record({
  method: fc.constantFrom('GET', 'PUT', 'POST', 'DELETE', 'HEAD'),
  key: fc.array(text, { maxLength: 4 }),
  query: fc.dictionary(
    fc.oneof(fc.constantFrom('prefix', 'uploads', 'versionId'), text).filter(
      // Nameless pieces are dropped, and the SDK's own objects lose the other.
      (name) => name !== '' && name !== '__proto__',
    ),
    text,
    { maxKeys: 4 },
  ),
  metadata: fc.dictionary(
    token.map((name) => `x-amz-meta-${name}`),
    value,
    { maxKeys: 3 },
  ),
  body: fc.uint8Array({ maxLength: 40 }),
});
type Generated = typeof requests extends fc.Arbitrary<infer T> ? T : never;

function toSign({ method, key, query, metadata, body }: Generated): SdkRequest {
  return new SdkRequest({
    method,
    hostname: 'example.test',
    path: `/${key.map(encode).join('/')}`,
    query: { ...query },
    headers: { host: 'example.test:9000', ...metadata },
    body,
  });
}

interface Signed {
  readonly method: string;
  readonly path: string;
  readonly query?: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

/** What a client puts on the wire, its parameters in the order in which it has them. */
function sent({ method, path, query, headers }: Signed, body: Uint8Array): WireRequest {
  const search = Object.entries(query ?? {})
    .map(([name, value]) => `${encode(name)}=${encode(String(value))}`)
    .join('&');
  return {
    method,
    target: search === '' ? path : `${path}?${search}`,
    headers: Object.entries(headers).map(([name, content]) => `${name}: ${content}`),
    body: [body],
  };
}

async function accepts(wire: WireRequest): Promise<boolean> {
  try {
    const request = received(wire);
    const authentication = await authenticate(request, options);
    await readAll(openBody(request, authentication).stream);
    return authentication.identity.kind === 'account';
  } catch (error) {
    if (error instanceof S3Error) {
      return false;
    }
    throw error;
  }
}

/** Another character that no rule of encoding, folding or case takes for the same. */
function changed(original: string, place: number): string {
  const at = place % original.length;
  return `${original.slice(0, at)}${original[at] === 'z' ? 'y' : 'z'}${original.slice(at + 1)}`;
}

/** Every way to change one byte of what a signature covers. */
function changes(wire: Required<WireRequest>, place: number): readonly WireRequest[] {
  const body = wire.body[0] ?? new Uint8Array(0);
  const flipped = Uint8Array.from(body, (byte, at) =>
    at === place % body.length ? byte ^ 1 : byte,
  );
  return [
    { ...wire, method: changed(wire.method, place) },
    { ...wire, target: changed(wire.target, place) },
    ...wire.headers.map((line, index) => {
      const content = line.slice(line.indexOf(':') + 2);
      const other = `${line.slice(0, line.indexOf(':'))}: ${changed(content, place)}`;
      return { ...wire, headers: wire.headers.with(index, other) };
    }),
    ...(body.length > 0 ? [{ ...wire, body: [flipped] }] : []),
  ];
}

test('what the SDK signs by header is accepted, and nothing that differs from it', async () => {
  await fc.assert(
    fc.asyncProperty(requests, fc.nat(), async (generated, place) => {
      const signed = await signer.sign(toSign(generated), { signingDate });
      const wire = {
        ...sent(signed, generated.body),
        body: [generated.body],
        method: signed.method,
      };
      expect(await accepts(wire)).toBe(true);
      for (const other of changes(wire, place)) {
        expect([other, await accepts(other)]).toEqual([other, false]);
      }
    }),
    { numRuns: 150 },
  );
});

test('what the SDK presigns is accepted, and nothing that differs from it', async () => {
  await fc.assert(
    fc.asyncProperty(requests, fc.nat(), async (generated, place) => {
      const request = toSign({ ...generated, metadata: {} });
      request.headers['x-amz-content-sha256'] = 'UNSIGNED-PAYLOAD';
      const signed = await signer.presign(request, { signingDate, expiresIn: 60 });
      const wire = { ...sent(signed, new Uint8Array(0)), body: [], method: signed.method };
      expect(await accepts(wire)).toBe(true);
      for (const other of changes(wire, place)) {
        expect([other, await accepts(other)]).toEqual([other, false]);
      }
    }),
    { numRuns: 150 },
  );
});

test('our own signer signs as the SDK does', async () => {
  await fc.assert(
    fc.asyncProperty(requests, async (all) => {
      // The SDK never sends a slash of a key as `%2F`, and only then do the two differ.
      const generated = { ...all, key: all.key.flatMap((part) => part.split('/')) };
      const theirs = await signer.sign(toSign(generated), { signingDate });
      const { method, target } = sent(toSign(generated), generated.body);
      const [path = '', query = ''] = target.split('?');
      const ours = signRequest(
        { method: method ?? '', path, query, headers: toSign(generated).headers },
        {
          ...exampleCredential,
          region: 'eu-central-1',
          nowMs: signingDate.getTime(),
          payloadHash: createHash('sha256').update(generated.body).digest('hex'),
        },
      );
      expect(ours).toEqual(theirs.headers);
    }),
  );
});

test('what we presign is accepted until it expires', async () => {
  const request = {
    method: 'GET',
    path: '/b/a%20key',
    query: 'versionId=1',
    headers: { host: 'h' },
  };
  const query = presign(request, {
    ...exampleCredential,
    region: 'eu-central-1',
    nowMs: signingDate.getTime(),
    expiresSeconds: 1,
  });
  const wire = { target: `${request.path}?${query}`, headers: ['host: h'] };
  expect(await accepts(wire)).toBe(true);
  const late = { ...options, now: () => signingDate.getTime() + 1001 };
  await expect(authenticate(received(wire), late)).rejects.toMatchObject({ code: 'AccessDenied' });
});

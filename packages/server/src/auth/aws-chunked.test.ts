import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { limits } from '../limits.ts';
import { S3Error } from '../protocol/errors.ts';
import { AwsChunkedDecoder, type AwsChunkedOptions } from './aws-chunked.ts';
import { encodeChunked } from './chunked-body.test.data.ts';
import type { ChunkSigning } from './payload.ts';
import { deriveSigningKey } from './signing-key.ts';

const signing: ChunkSigning = {
  signingKey: deriveSigningKey('secret', { date: '20130524', region: 'r', service: 's3' }),
  seedSignature: 'ab'.repeat(32),
  timestamp: '20130524T000000Z',
  scope: '20130524/r/s3/aws4_request',
};

/** Decodes pieces as a reader does; each must be used up before the next is pushed. */
function decode(pieces: readonly Uint8Array[], options: AwsChunkedOptions) {
  const decoder = new AwsChunkedDecoder(options);
  const copies: Buffer[] = [];
  for (const piece of pieces) {
    decoder.push(piece);
    for (let data = decoder.next(); data !== undefined; data = decoder.next()) {
      copies.push(Buffer.from(data));
    }
  }
  decoder.end();
  return { data: Buffer.concat(copies), trailers: Object.fromEntries(decoder.trailers) };
}

/** What came of it: the object, or S3's refusal. Any other error goes through. */
function outcome(pieces: readonly Uint8Array[], options: AwsChunkedOptions) {
  try {
    return { refused: false, ...decode(pieces, options) };
  } catch (error) {
    if (error instanceof S3Error) {
      return { refused: true };
    }
    throw error;
  }
}

function present(...pieces: readonly (Uint8Array | undefined)[]): Uint8Array[] {
  return pieces.filter((piece) => piece !== undefined);
}

function cut(wire: Uint8Array, places: readonly number[]): Uint8Array[] {
  const ends = places
    .map((place) => place % (wire.length + 1))
    .toSorted((a, b) => a - b)
    .concat(wire.length);
  return ends.map((end, index) => wire.subarray(ends[index - 1] ?? 0, end));
}

const bodies = fc
  .record({
    sizes: fc.array(fc.integer({ min: 8192, max: 9000 }), { maxLength: 3 }),
    lastSize: fc.integer({ min: 0, max: 300 }),
    seed: fc.integer({ min: 0, max: 255 }),
    signed: fc.boolean(),
    trailers: fc.constantFrom(undefined, {}, { 'x-amz-checksum-crc32': 'AAAAAA==' }),
  })
  .map(({ sizes, lastSize, seed, signed, trailers }) => {
    const all = lastSize === 0 ? sizes : [...sizes, lastSize];
    const chunks = all.map((size, index) =>
      Uint8Array.from({ length: size }, (_, at) => (at * 7 + seed + index) % 256),
    );
    return {
      data: Buffer.concat(chunks),
      wire: encodeChunked({ chunks, signing: signed ? signing : undefined, trailers }),
      trailers: trailers ?? {},
      options: {
        sizeBytes: all.reduce((sum, size) => sum + size, 0),
        signed: signed ? signing : undefined,
        trailer: trailers !== undefined,
        trailerNames: Object.keys(trailers ?? {}),
      },
    };
  });

test('any cut of the same bytes gives the same object', () => {
  fc.assert(
    fc.property(bodies, fc.array(fc.nat(), { maxLength: 40 }), (body, places) => {
      const { data, trailers } = decode(cut(body.wire, places), body.options);
      expect(data.equals(body.data)).toBe(true);
      expect(trailers).toEqual(body.trailers);
    }),
    { numRuns: 300 },
  );
});

test('bytes that arrive one by one give the same object', () => {
  const trailers = { 'x-amz-checksum-crc32': 'AAAAAA==' };
  const chunks = [Buffer.alloc(8192, 'x'), Buffer.from('end')];
  const wire = encodeChunked({ chunks, signing, trailers });
  const options = {
    sizeBytes: 8195,
    signed: signing,
    trailer: true,
    trailerNames: Object.keys(trailers),
  };
  const pieces = Array.from(wire, (byte) => Uint8Array.of(byte));
  expect(decode(pieces, options)).toEqual({ data: Buffer.concat(chunks), trailers });
});

test('no change of a signed body gets through, except in the case of digits and names', () => {
  const signedBodies = bodies.filter(({ options }) => options.signed !== undefined);
  fc.assert(
    fc.property(
      signedBodies,
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      fc.array(fc.nat(), { maxLength: 3 }),
      (body, place, flip, places) => {
        const wire = Buffer.from(body.wire);
        const at = place % wire.length;
        wire[at] = (wire[at] ?? 0) ^ flip;
        const harmless =
          wire.toString('latin1').toLowerCase() === body.wire.toString('latin1').toLowerCase();
        const whole = { refused: false, data: body.data, trailers: body.trailers };
        expect([{ refused: true }, ...(harmless ? [whole] : [])]).toContainEqual(
          outcome(cut(wire, places), body.options),
        );
      },
    ),
    { numRuns: 500 },
  );
});

test('no end that comes too early goes unnoticed', () => {
  fc.assert(
    fc.property(bodies, fc.nat(), (body, place) => {
      const wire = body.wire.subarray(0, place % body.wire.length);
      expect(() => decode([wire], body.options)).toThrow(
        expect.objectContaining({ code: 'IncompleteBody' }),
      );
    }),
  );
});

test('any bytes at all are decoded or refused with an S3 error', () => {
  const words = fc.constantFrom('0', '5', 'a', '2000', '\r\n', ';', 'chunk-signature=', '\n', ':');
  fc.assert(
    fc.property(
      fc.array(fc.oneof(words, fc.string({ maxLength: 9 })), { maxLength: 12 }),
      fc.boolean(),
      fc.boolean(),
      (parts, signed, trailer) => {
        const options = { sizeBytes: 5, signed: signed ? signing : undefined, trailer };
        expect(() =>
          outcome([Buffer.from(parts.join(''))], { ...options, trailerNames: [] }),
        ).not.toThrow();
      },
    ),
    { numRuns: 1000 },
  );
});

const crc = 'x-amz-checksum-crc64nvme';
const unsigned = { sizeBytes: 5, signed: undefined, trailer: true, trailerNames: [crc] };

test.each([
  { why: 'a bare line feed', wire: '5\nhello\r\n0\r\n\r\n', code: 'IncompleteBody' },
  { why: 'no line end after the data', wire: '5\r\nhello0\r\n\r\n', code: 'IncompleteBody' },
  { why: 'more data than said', wire: '5\r\nhello!\r\n0\r\n\r\n', code: 'IncompleteBody' },
  { why: 'a size that is no number', wire: 'J\r\nhello\r\n0\r\n\r\n', code: 'IncompleteBody' },
  { why: 'a negative size', wire: '-5\r\nhello\r\n0\r\n\r\n', code: 'IncompleteBody' },
  { why: 'a huge size', wire: 'fffffffffffffff\r\n', code: 'IncompleteBody' },
  { why: 'a header without end', wire: '0'.repeat(300), code: 'IncompleteBody' },
  { why: 'a smaller object', wire: `4\r\nhell\r\n0\r\n${crc}:x\r\n\r\n`, code: 'IncompleteBody' },
  { why: 'a larger object', wire: '6\r\nhello!\r\n0\r\n\r\n', code: 'IncompleteBody' },
  { why: 'no trailers', wire: '5\r\nhello\r\n0\r\n\r\n', code: 'MalformedTrailerError' },
  {
    why: 'a nameless trailer',
    wire: '5\r\nhello\r\n0\r\n:x\r\n\r\n',
    code: 'MalformedTrailerError',
  },
  {
    why: 'another trailer',
    wire: '5\r\nhello\r\n0\r\nx-amz-checksum-crc32:x\r\n\r\n',
    code: 'MalformedTrailerError',
  },
  {
    why: 'a trailer twice',
    wire: `5\r\nhello\r\n0\r\n${crc}:x\r\n${crc}:x\r\n\r\n`,
    code: 'MalformedTrailerError',
  },
  {
    why: 'bytes after the end',
    wire: `5\r\nhello\r\n0\r\n${crc}:x\r\n\r\n!`,
    code: 'MalformedTrailerError',
  },
  {
    why: 'endless trailers',
    wire: `5\r\nhello\r\n0\r\n${crc}:${'x'.repeat(limits.awsTrailerBytesMax)}\r\n\r\n`,
    code: 'IncompleteBody',
  },
])('$why: $code', ({ wire, code }) => {
  expect(() => decode([Buffer.from(wire)], unsigned)).toThrow(expect.objectContaining({ code }));
});

test('all trailers together are bounded, not each of them', () => {
  const names = ['x-amz-checksum-crc32', 'x-amz-checksum-sha1'];
  const withValues = (bytes: number) => {
    const trailers = Object.fromEntries(names.map((name) => [name, 'x'.repeat(bytes)]));
    const wire = encodeChunked({ chunks: [Buffer.from('hello')], trailers });
    return () => decode([wire], { ...unsigned, trailerNames: names });
  };
  expect(withValues(limits.awsTrailerBytesMax / 2 - 50)).not.toThrow();
  expect(withValues(limits.awsTrailerBytesMax / 2)).toThrow(
    expect.objectContaining({ code: 'MalformedTrailerError' }),
  );
});

function sizes(...all: readonly number[]): () => unknown {
  const chunks = all.map((size) => Buffer.alloc(size));
  const sizeBytes = all.reduce((sum, size) => sum + size, 0);
  const wire = encodeChunked({ chunks, trailers: {} });
  return () => decode([wire], { sizeBytes, signed: undefined, trailer: true, trailerNames: [] });
}

test('only the last chunk may have less than 8,192 bytes', () => {
  expect(sizes(8192, 10)).not.toThrow();
  expect(sizes(10)).not.toThrow();
  expect(sizes(8192, 10, 8192)).toThrow(
    expect.objectContaining({
      code: 'InvalidChunkSizeError',
      fields: { Chunk: 2, BadChunkSize: 10 },
    }),
  );
});

test('signed chunks cannot be swapped, dropped or signed by another key', () => {
  const chunks = [Buffer.alloc(8192, 'a'), Buffer.alloc(8192, 'b'), Buffer.alloc(8192, 'c')];
  const options = { sizeBytes: 24_576, signed: signing, trailer: false, trailerNames: [] };
  const wire = encodeChunked({ chunks, signing });
  const chunkBytes = `2000;chunk-signature=${signing.seedSignature}\r\n`.length + 8192 + 2;
  const [first, second, third] = [0, 1, 2].map((index) =>
    wire.subarray(index * chunkBytes, (index + 1) * chunkBytes),
  );
  const rest = wire.subarray(3 * chunkBytes);
  const mismatch = expect.objectContaining({ code: 'SignatureDoesNotMatch' });

  expect(decode(present(first, second, third, rest), options).data.length).toBe(24_576);
  expect(() => decode(present(second, first, third, rest), options)).toThrow(mismatch);
  expect(() => decode(present(first, first, third, rest), options)).toThrow(mismatch);
  const less = { ...options, sizeBytes: 16_384 };
  expect(() => decode(present(first, third, rest), less)).toThrow(mismatch);
  expect(() => decode(present(first, second, rest), less)).toThrow(mismatch);
  const otherKey = { ...signing, signingKey: Buffer.alloc(32) };
  expect(() => decode([encodeChunked({ chunks, signing: otherKey })], options)).toThrow(mismatch);
});

test('trailers of signed chunks must be signed', () => {
  const trailers = { 'x-amz-checksum-crc32': 'AAAAAA==' };
  const wire = encodeChunked({ chunks: [Buffer.from('hello')], signing, trailers });
  const options = {
    sizeBytes: 5,
    signed: signing,
    trailer: true,
    trailerNames: Object.keys(trailers),
  };
  const text = wire.toString('latin1');
  const without = text.replace(/x-amz-trailer-signature:[0-9a-f]+\r\n/, '');
  const mismatch = expect.objectContaining({ code: 'SignatureDoesNotMatch' });
  expect(decode([wire], options).trailers).toEqual(trailers);
  expect(() => decode([Buffer.from(without)], options)).toThrow(mismatch);
  expect(() => decode([Buffer.from(text.replace('AAAAAA==', 'AAAAAB=='))], options)).toThrow(
    mismatch,
  );
});

test('data is passed on as views of what was pushed', () => {
  const wire = encodeChunked({ chunks: [Buffer.from('hello')], trailers: {} });
  const decoder = new AwsChunkedDecoder({ ...unsigned, trailerNames: [] });
  decoder.push(wire);
  expect(decoder.next()?.buffer).toBe(wire.buffer);
});

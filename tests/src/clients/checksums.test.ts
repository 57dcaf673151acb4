import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import * as s3 from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startOwnCauseway } from '../causeway.ts';
import { bytesOf, newBucket, refusal, sdk } from '../sdk.ts';

let causeway: Awaited<ReturnType<typeof startOwnCauseway>>;
let client: s3.S3Client;
let Bucket: string;

beforeAll(async () => {
  causeway = await startOwnCauseway();
  client = sdk(causeway);
  Bucket = await newBucket(client);
});
afterAll(async () => {
  client?.destroy();
  await causeway?.close();
});

const algorithms = ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const;

/** An independent second opinion, where Node has one. */
const byNode: Partial<Record<(typeof algorithms)[number], (data: Buffer) => string>> = {
  CRC32: (data) => {
    const value = Buffer.alloc(4);
    value.writeUInt32BE(crc32(data));
    return value.toString('base64');
  },
  SHA1: (data) => createHash('sha1').update(data).digest('base64'),
  SHA256: (data) => createHash('sha256').update(data).digest('base64'),
};

/** Pieces as a file stream gives them; AWS allows only the last to be under 8 KiB. */
function piecewise(data: Buffer): Readable {
  const pieces = [0, 8192, 70_000, 1_500_001].filter((at) => at < data.length);
  pieces.push(data.length);
  return Readable.from(pieces.slice(1).map((end, at) => data.subarray(pieces[at], end)));
}

for (const ChecksumAlgorithm of algorithms) {
  test.each([0, 5, 100_000, 3_000_000])(
    `${ChecksumAlgorithm} of %i bytes: in a header and in a trailer the same, verified and kept`,
    async (size) => {
      const data = bytesOf(size, 11);
      const Key = `${ChecksumAlgorithm}-${size}`;
      const field = `Checksum${ChecksumAlgorithm}` as const;
      const fromHeader = await client.send(
        new s3.PutObjectCommand({ Bucket, Key, Body: data, ChecksumAlgorithm }),
      );
      const streamed = { Body: piecewise(data), ContentLength: size };
      const fromTrailer = await client.send(
        new s3.PutObjectCommand({ Bucket, Key: `${Key}-s`, ...streamed, ChecksumAlgorithm }),
      );
      expect(fromHeader[field]).toBeTruthy();
      expect(fromTrailer[field]).toBe(fromHeader[field]);
      const byOther = byNode[ChecksumAlgorithm] ?? (() => fromTrailer[field]);
      expect(fromHeader[field]).toBe(byOther(data));
      for (const key of [Key, `${Key}-s`]) {
        const ask = { Bucket, Key: key, ChecksumMode: 'ENABLED' } as const;
        const head = await client.send(new s3.HeadObjectCommand(ask));
        expect(head[field]).toBe(fromHeader[field]);
        expect(head.ChecksumType).toBe('FULL_OBJECT');
        // The SDK verifies what it reads and throws when it differs.
        const got = await client.send(new s3.GetObjectCommand(ask));
        const bytes = Buffer.from((await got.Body?.transformToByteArray()) ?? []);
        expect(bytes.equals(data)).toBe(true);
        expect(got.ContentEncoding).toBeUndefined();
      }
    },
  );

  test(`a wrong ${ChecksumAlgorithm} is refused and writes nothing`, async () => {
    const Key = `wrong-${ChecksumAlgorithm}`;
    const lengths = { CRC32: 4, CRC32C: 4, CRC64NVME: 8, SHA1: 20, SHA256: 32 };
    const wrong = Buffer.alloc(lengths[ChecksumAlgorithm], 7).toString('base64');
    const put = { Bucket, Key, Body: 'x', [`Checksum${ChecksumAlgorithm}`]: wrong };
    expect(await refusal(client.send(new s3.PutObjectCommand(put)))).toMatchObject({
      code: 'BadDigest',
      status: 400,
    });
    expect(await refusal(client.send(new s3.HeadObjectCommand({ Bucket, Key })))).toMatchObject({
      code: 'NotFound',
      status: 404,
    });
  });
}

test('a string gets a CRC32 without being asked', async () => {
  const put = await client.send(new s3.PutObjectCommand({ Bucket, Key: 'string', Body: 'hello' }));
  expect(put.ChecksumCRC32).toBe(byNode.CRC32?.(Buffer.from('hello')));
  expect(put.ChecksumType).toBe('FULL_OBJECT');
});

test('an object written without any checksum has none (docs/differences.md)', async () => {
  const plain = sdk(causeway, { requestChecksumCalculation: 'WHEN_REQUIRED' });
  await plain.send(new s3.PutObjectCommand({ Bucket, Key: 'plain', Body: '123456789' }));
  plain.destroy();
  const head = await client.send(
    new s3.HeadObjectCommand({ Bucket, Key: 'plain', ChecksumMode: 'ENABLED' }),
  );
  expect(head.ChecksumType).toBeUndefined();
  expect(head.ETag).toBe('"25f9e794323b453885f5181f1b624d0b"');
});

test('Content-MD5 is verified', async () => {
  const md5 = (text: string): string => createHash('md5').update(text).digest('base64');
  const put = async (ContentMD5: string): Promise<unknown> =>
    client.send(new s3.PutObjectCommand({ Bucket, Key: 'md5', Body: 'hello', ContentMD5 }));
  await put(md5('hello'));
  expect(await refusal(put(md5('other')))).toMatchObject({ code: 'BadDigest', status: 400 });
  expect(await refusal(put('not base64 of 16 bytes'))).toMatchObject({
    code: 'InvalidDigest',
    status: 400,
  });
});

test('a checksum is told only when it is asked for', async () => {
  await client.send(new s3.PutObjectCommand({ Bucket, Key: 'unasked', Body: 'hello' }));
  const lazy = sdk(causeway, { responseChecksumValidation: 'WHEN_REQUIRED' });
  const head = await lazy.send(new s3.HeadObjectCommand({ Bucket, Key: 'unasked' }));
  lazy.destroy();
  expect(head.ChecksumCRC32).toBeUndefined();
});

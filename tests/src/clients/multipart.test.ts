import { createHash } from 'node:crypto';
import * as s3 from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startOwnCauseway } from '../causeway.ts';
import { bytesOf, newBucket, refusal, sdk } from '../sdk.ts';

const MiB = 1024 * 1024;
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

async function create(Key: string, more: object = {}): Promise<string> {
  const { UploadId = '' } = await client.send(
    new s3.CreateMultipartUploadCommand({ Bucket, Key, ...more }),
  );
  expect(UploadId).not.toBe('');
  return UploadId;
}

async function part(Key: string, UploadId: string, PartNumber: number, Body: Buffer) {
  const { ETag } = await client.send(
    new s3.UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }),
  );
  return { PartNumber, ETag };
}

async function complete(Key: string, UploadId: string, Parts: s3.CompletedPart[]) {
  return client.send(
    new s3.CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }),
  );
}

async function read(Key: string, more: object = {}): Promise<Buffer> {
  const got = await client.send(new s3.GetObjectCommand({ Bucket, Key, ...more }));
  return Buffer.from((await got.Body?.transformToByteArray()) ?? []);
}

test('an upload in parts is one object: bytes, ETag, metadata, ranges', async () => {
  const Key = 'parts';
  const bodies = [bytesOf(5 * MiB, 1), bytesOf(5 * MiB + 3, 2), bytesOf(10, 3)];
  const UploadId = await create(Key, { ContentType: 'video/mp4', Metadata: { a: 'b' } });
  expect(await refusal(client.send(new s3.HeadObjectCommand({ Bucket, Key })))).toMatchObject({
    code: 'NotFound',
    status: 404,
  });
  // In any order; a part sent twice counts with its last bytes.
  await part(Key, UploadId, 3, bytesOf(99, 9));
  const parts = [
    await part(Key, UploadId, 3, bodies[2] ?? Buffer.alloc(0)),
    await part(Key, UploadId, 1, bodies[0] ?? Buffer.alloc(0)),
    await part(Key, UploadId, 2, bodies[1] ?? Buffer.alloc(0)),
  ].toSorted((left, right) => left.PartNumber - right.PartNumber);

  const listed = await client.send(new s3.ListPartsCommand({ Bucket, Key, UploadId }));
  expect(listed.Parts?.map(({ PartNumber, Size, ETag }) => ({ PartNumber, Size, ETag }))).toEqual(
    parts.map((each, at) => ({ ...each, Size: bodies[at]?.length })),
  );

  const done = await complete(Key, UploadId, parts);
  const digests = bodies.map((body) => createHash('md5').update(body).digest());
  const etag = `"${createHash('md5').update(Buffer.concat(digests)).digest('hex')}-3"`;
  expect(done.ETag).toBe(etag);
  expect(done).toMatchObject({ Bucket, Key });

  const whole = Buffer.concat(bodies);
  expect((await read(Key)).equals(whole)).toBe(true);
  const range = `bytes=${5 * MiB - 2}-${10 * MiB + 5}`;
  const across = whole.subarray(5 * MiB - 2, 10 * MiB + 6);
  expect((await read(Key, { Range: range })).equals(across)).toBe(true);
  const head = await client.send(new s3.HeadObjectCommand({ Bucket, Key }));
  expect(head).toMatchObject({
    ETag: etag,
    ContentLength: whole.length,
    ContentType: 'video/mp4',
    Metadata: { a: 'b' },
  });
  expect(
    await refusal(client.send(new s3.ListPartsCommand({ Bucket, Key, UploadId }))),
  ).toMatchObject({ code: 'NoSuchUpload', status: 404 });
});

test('a part can be read by its number', async () => {
  const Key = 'by-number';
  const bodies = [bytesOf(5 * MiB, 21), bytesOf(1000, 22)];
  const UploadId = await create(Key);
  const parts = [];
  for (const [at, body] of bodies.entries()) {
    parts.push(await part(Key, UploadId, at + 1, body));
  }
  await complete(Key, UploadId, parts);
  const got = await client.send(new s3.GetObjectCommand({ Bucket, Key, PartNumber: 2 }));
  expect(got.PartsCount).toBe(2);
  expect(got.ContentRange).toBe(`bytes ${5 * MiB}-${5 * MiB + 999}/${5 * MiB + 1000}`);
  expect(
    Buffer.from((await got.Body?.transformToByteArray()) ?? []).equals(bytesOf(1000, 22)),
  ).toBe(true);
});

test('completing is refused when the parts are not those that were sent', async () => {
  const Key = 'refused';
  const UploadId = await create(Key);
  const small = await part(Key, UploadId, 1, bytesOf(100, 1));
  const last = await part(Key, UploadId, 2, bytesOf(100, 2));
  expect(await refusal(complete(Key, UploadId, [small, last]))).toMatchObject({
    code: 'EntityTooSmall',
    status: 400,
  });
  expect(await refusal(complete(Key, UploadId, [last, small]))).toMatchObject({
    code: 'InvalidPartOrder',
    status: 400,
  });
  expect(await refusal(complete(Key, UploadId, [{ ...last, ETag: '"0"' }]))).toMatchObject({
    code: 'InvalidPart',
    status: 400,
  });
  expect(await refusal(complete(Key, UploadId, [{ ...last, PartNumber: 7 }]))).toMatchObject({
    code: 'InvalidPart',
    status: 400,
  });
  expect(await refusal(complete(Key, 'no-such-upload', [last]))).toMatchObject({
    code: 'NoSuchUpload',
    status: 404,
  });
  expect(await refusal(client.send(new s3.HeadObjectCommand({ Bucket, Key })))).toMatchObject({
    code: 'NotFound',
    status: 404,
  });
  await complete(Key, UploadId, [last]);
  expect((await read(Key)).equals(bytesOf(100, 2))).toBe(true);
});

test.each([0, 10_001, -1])('the part number %i is refused', async (PartNumber) => {
  const UploadId = await create('part-number');
  const put = { Bucket, Key: 'part-number', UploadId, PartNumber, Body: 'x' };
  expect(await refusal(client.send(new s3.UploadPartCommand(put)))).toMatchObject({
    code: 'InvalidArgument',
    status: 400,
  });
});

test('uploads are listed until they are completed or aborted', async () => {
  const bucket = await newBucket(client);
  const start = async (Key: string): Promise<string> =>
    (await client.send(new s3.CreateMultipartUploadCommand({ Bucket: bucket, Key }))).UploadId ??
    '';
  const ids = [await start('u/a'), await start('u/b'), await start('u/b'), await start('v')];
  const seen: string[] = [];
  let markers: Pick<s3.ListMultipartUploadsCommandInput, 'KeyMarker' | 'UploadIdMarker'> = {};
  for (let pages = 0; pages < 10; pages += 1) {
    const page = await client.send(
      new s3.ListMultipartUploadsCommand({ Bucket: bucket, MaxUploads: 2, ...markers }),
    );
    seen.push(...(page.Uploads ?? []).map(({ UploadId = '' }) => UploadId));
    if (page.IsTruncated !== true) {
      break;
    }
    markers = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker };
  }
  expect(seen.toSorted()).toEqual(ids.toSorted());
  const folded = await client.send(
    new s3.ListMultipartUploadsCommand({ Bucket: bucket, Delimiter: '/' }),
  );
  expect(folded.CommonPrefixes?.map(({ Prefix }) => Prefix)).toEqual(['u/']);
  expect(folded.Uploads?.map(({ Key }) => Key)).toEqual(['v']);

  const abort = { Bucket: bucket, Key: 'v', UploadId: ids[3] };
  const aborted = await client.send(new s3.AbortMultipartUploadCommand(abort));
  expect(aborted.$metadata.httpStatusCode).toBe(204);
  const left = await client.send(new s3.ListMultipartUploadsCommand({ Bucket: bucket }));
  expect(left.Uploads).toHaveLength(3);
  const late = { Bucket: bucket, Key: 'v', UploadId: ids[3], PartNumber: 1, Body: 'x' };
  expect(await refusal(client.send(new s3.UploadPartCommand(late)))).toMatchObject({
    code: 'NoSuchUpload',
    status: 404,
  });
});

test('parts are listed page by page', async () => {
  const Key = 'many-parts';
  const UploadId = await create(Key);
  for (const PartNumber of [1, 2, 5, 10_000]) {
    await part(Key, UploadId, PartNumber, bytesOf(PartNumber % 100, PartNumber));
  }
  const ask = { Bucket, Key, UploadId, MaxParts: 3 };
  const first = await client.send(new s3.ListPartsCommand(ask));
  expect(first.IsTruncated).toBe(true);
  const second = await client.send(
    new s3.ListPartsCommand({ ...ask, PartNumberMarker: first.NextPartNumberMarker }),
  );
  expect(second.IsTruncated).toBe(false);
  const numbers = [...(first.Parts ?? []), ...(second.Parts ?? [])].map((each) => each.PartNumber);
  expect(numbers).toEqual([1, 2, 5, 10_000]);
});

test('a part can be copied from an object, whole or in a range', async () => {
  const source = bytesOf(6 * MiB, 5);
  await client.send(new s3.PutObjectCommand({ Bucket, Key: 'copy-source', Body: source }));
  const Key = 'copied-parts';
  const UploadId = await create(Key);
  const copy = async (PartNumber: number, more: object = {}): Promise<s3.CompletedPart> => {
    const { CopyPartResult } = await client.send(
      new s3.UploadPartCopyCommand({
        Bucket,
        Key,
        UploadId,
        PartNumber,
        CopySource: `${Bucket}/copy-source`,
        ...more,
      }),
    );
    return { PartNumber, ETag: CopyPartResult?.ETag };
  };
  const parts = [await copy(1), await copy(2, { CopySourceRange: 'bytes=100-199' })];
  expect(await refusal(copy(3, { CopySourceRange: `bytes=0-${7 * MiB}` }))).toMatchObject({
    code: 'InvalidArgument',
    status: 400,
  });
  await complete(Key, UploadId, parts);
  const whole = Buffer.concat([source, source.subarray(100, 200)]);
  expect((await read(Key)).equals(whole)).toBe(true);
});

test.each(['CRC32', 'CRC32C', 'CRC64NVME'] as const)(
  'the whole object has its %s, combined from the parts',
  async (ChecksumAlgorithm) => {
    const body = bytesOf(11 * MiB, 6);
    const kind = { ChecksumAlgorithm, ChecksumType: 'FULL_OBJECT' } as const;
    const Key = `full-${ChecksumAlgorithm}`;
    const UploadId = await create(Key, kind);
    const parts = [];
    for (const [at, from] of [0, 5 * MiB, 10 * MiB].entries()) {
      const Body = body.subarray(from, from + 5 * MiB);
      const sent = await client.send(
        new s3.UploadPartCommand({
          Bucket,
          Key,
          UploadId,
          PartNumber: at + 1,
          Body,
          ChecksumAlgorithm,
        }),
      );
      const field = `Checksum${ChecksumAlgorithm}` as const;
      parts.push({ PartNumber: at + 1, ETag: sent.ETag, [field]: sent[field] });
    }
    const done = await client.send(
      new s3.CompleteMultipartUploadCommand({
        Bucket,
        Key,
        UploadId,
        ChecksumType: 'FULL_OBJECT',
        MultipartUpload: { Parts: parts },
      }),
    );
    const single = await client.send(
      new s3.PutObjectCommand({ Bucket, Key: 'single', Body: body, ChecksumAlgorithm }),
    );
    const field = `Checksum${ChecksumAlgorithm}` as const;
    expect(done[field]).toBe(single[field]);
    expect(done.ChecksumType).toBe('FULL_OBJECT');
  },
);

test('a composite SHA256 is the hash of the hashes and their number', async () => {
  const Key = 'composite';
  const bodies = [bytesOf(5 * MiB, 7), bytesOf(5, 8)];
  const UploadId = await create(Key, { ChecksumAlgorithm: 'SHA256' });
  const Parts = [];
  for (const [at, Body] of bodies.entries()) {
    const { ETag, ChecksumSHA256 } = await client.send(
      new s3.UploadPartCommand({
        Bucket,
        Key,
        UploadId,
        PartNumber: at + 1,
        Body,
        ChecksumAlgorithm: 'SHA256',
      }),
    );
    Parts.push({ PartNumber: at + 1, ETag, ChecksumSHA256 });
  }
  const done = await complete(Key, UploadId, Parts);
  const hashes = bodies.map((body) => createHash('sha256').update(body).digest());
  const hash = createHash('sha256').update(Buffer.concat(hashes)).digest('base64');
  expect(done.ChecksumSHA256).toBe(`${hash}-2`);
  expect(done.ChecksumType).toBe('COMPOSITE');
});

test('lib-storage uploads a stream of unknown length', async () => {
  const body = bytesOf(13 * MiB, 12);
  const stream = new Blob([body]).stream();
  const upload = new Upload({ client, params: { Bucket, Key: 'streamed', Body: stream } });
  await upload.done();
  expect((await read('streamed')).equals(body)).toBe(true);
});

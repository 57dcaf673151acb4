import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { expect, test } from 'vitest';
import { limits } from '../limits.ts';
import type { Commit, MetadataEngine } from '../metadata/engine.ts';
import { openMemoryMetadata } from '../metadata/memory.ts';
import { putRequest, readAll } from './store-for-tests.ts';
import { audit, countRows, md5, openUploadStore, refOf } from './uploads-for-tests.ts';

const code = (code: string, fields: Record<string, unknown> = {}) =>
  expect.objectContaining({ code, fields: expect.objectContaining(fields) });

test('a completed upload is one object whose bytes are its parts in order', async () => {
  const { uploads, objects, bucket, metadata, begin, putPart } = await openUploadStore();
  const upload = await begin('key', {
    attributes: { headers: { contentType: 'text/plain' }, userMetadata: { a: 'b' } },
  });
  // Out of order, with gaps, and one of them twice.
  const last = await putPart(upload, 9, 'c');
  await putPart(upload, 2, 'old one');
  const first = await putPart(upload, 2, 'first ');
  const second = await putPart(upload, 3, 'second ');
  const object = await uploads.complete(bucket, upload, {
    parts: [refOf(first), refOf(second), refOf(last)],
  });

  const joined = Buffer.concat([md5('first '), md5('second '), md5('c')]);
  expect(object.etag).toBe(`${md5(joined).toString('hex')}-3`);
  expect(object.sizeBytes).toBe(14);
  expect(object.partsCount).toBe(3);
  expect(object.headers).toEqual({ contentType: 'text/plain' });
  expect(object.userMetadata).toEqual({ a: 'b' });
  const open = await objects.open(bucket, 'key');
  expect(open?.object).toEqual(object);
  expect((await readAll((await open?.read()) ?? Buffer.of())).toString()).toBe('first second c');
  const across = await open?.read({ start: 4, end: 8 });
  expect((await readAll(across ?? Buffer.of())).toString()).toBe('t se');
  expect(await open?.part(3)).toMatchObject({ start: 6, end: 13 });
  expect(await open?.part(4)).toBeUndefined();

  expect(await audit(metadata)).toEqual([]);
  expect(await countRows(metadata, 'u')).toBe(0);
  expect(await countRows(metadata, 'q')).toBe(0);
});

test('parts that a completion does not name, and what it replaces, are gone', async () => {
  const { uploads, objects, bucket, metadata, begin, putPart } = await openUploadStore();
  await objects.put(bucket, putRequest('key', 'before'));
  const upload = await begin('key');
  const kept = await putPart(upload, 1, 'kept');
  await putPart(upload, 2, 'not named');
  await uploads.complete(bucket, upload, { parts: [refOf(kept)] });
  expect(await audit(metadata)).toEqual([]);
  expect(await countRows(metadata, 'c')).toBe(1);
});

test('repeating a completion that succeeded answers its object again', async () => {
  const { uploads, objects, bucket, begin, putPart, clock } = await openUploadStore();
  const upload = await begin('key');
  const completion = { parts: [refOf(await putPart(upload, 1, 'x'))] };
  const object = await uploads.complete(bucket, upload, completion);
  clock.nowMs += 60_000;
  expect(await uploads.complete(bucket, upload, completion)).toEqual(object);
  const conditional = { ...completion, condition: { absent: true } };
  expect(await uploads.complete(bucket, upload, conditional)).toEqual(object);

  await objects.put(bucket, putRequest('key', 'other'));
  await expect(uploads.complete(bucket, upload, completion)).rejects.toEqual(
    code('NoSuchUpload', { UploadId: upload.id }),
  );
});

test('two completions at once make one object', async () => {
  const { uploads, bucket, metadata, begin, putPart } = await openUploadStore();
  const upload = await begin('key');
  const completion = { parts: [refOf(await putPart(upload, 1, 'x'))] };
  const [a, b] = await Promise.all([
    uploads.complete(bucket, upload, completion),
    uploads.complete(bucket, upload, completion),
  ]);
  expect(a).toEqual(b);
  expect(await audit(metadata)).toEqual([]);
});

test('a part that arrives while its upload is aborted or completed leaves nothing behind', async () => {
  for (const end of ['abort', 'complete'] as const) {
    const { uploads, bucket, metadata, begin, putPart } = await openUploadStore();
    const upload = await begin('key');
    const part = await putPart(upload, 1, 'one');
    const gate = new EventEmitter();
    const opened = once(gate, 'open');
    const late = uploads.putPart(bucket, upload, {
      number: 2,
      body: (async function* body() {
        yield Buffer.from('t');
        await opened;
        yield Buffer.from('wo');
      })(),
      sizeBytes: 3,
      integrity: {},
    });
    if (end === 'abort') await uploads.abort(bucket, 'key', upload.id);
    else await uploads.complete(bucket, upload, { parts: [refOf(part)] });
    gate.emit('open');
    await expect(late).rejects.toEqual(code('NoSuchUpload'));
    expect(await audit(metadata)).toEqual([]);
    expect(await countRows(metadata, 'q')).toBe(0);
    expect(await countRows(metadata, 'c')).toBe(end === 'abort' ? 0 : 1);
  }
});

test('a part that arrives between the reading and the commit of a completion is not lost track of', async () => {
  const memory = openMemoryMetadata();
  let before: (() => Promise<unknown>) | undefined;
  const metadata: MetadataEngine = {
    ...memory,
    commit: async (commit: Commit) => {
      const now = before;
      before = undefined;
      await now?.();
      return memory.commit(commit);
    },
  };
  for (const end of ['abort', 'complete'] as const) {
    const { uploads, bucket, begin, putPart } = await openUploadStore(metadata);
    const upload = await begin(end);
    const part = await putPart(upload, 1, 'one');
    before = () => putPart(upload, 2, 'two');
    if (end === 'abort') await uploads.abort(bucket, end, upload.id);
    else await uploads.complete(bucket, upload, { parts: [refOf(part)] });
    expect(await audit(memory)).toEqual([]);
    expect(await countRows(memory, 'q')).toBe(0);
  }
});

test('a removed bucket takes no parts and no completion', async () => {
  const { uploads, buckets, bucket, begin, putPart } = await openUploadStore();
  const upload = await begin('key');
  const part = await putPart(upload, 1, 'x');
  expect(await buckets.remove(bucket)).toBe('removed');
  await expect(begin('other')).rejects.toEqual(code('NoSuchBucket'));
  await expect(putPart(upload, 2, 'y')).rejects.toEqual(code('NoSuchBucket'));
  await expect(uploads.complete(bucket, upload, { parts: [refOf(part)] })).rejects.toEqual(
    code('NoSuchBucket', { BucketName: 'bucket' }),
  );
});

test('an upload is found by its own key and bucket only', async () => {
  const { uploads, buckets, bucket, begin } = await openUploadStore();
  const upload = await begin('key');
  const { bucket: other } = await buckets.create({ name: 'other', region: 'r', owner: 'owner' });
  expect(await uploads.find(bucket, 'key', upload.id)).toEqual(upload);
  const strangers = [
    [bucket, 'kez', upload.id],
    [other, 'key', upload.id],
    [bucket, 'key', upload.id.replace(/.$/, (digit) => (digit === '0' ? '1' : '0'))],
    [bucket, 'key', ''],
    [bucket, 'key', 'null'],
    [bucket, '\0'.repeat(1024), upload.id],
  ] as const;
  for (const [bucket, key, id] of strangers) {
    await expect(uploads.find(bucket, key, id)).rejects.toEqual(
      code('NoSuchUpload', { UploadId: id }),
    );
  }
});

test('a key may be as long as that of any object, also when escaping makes it longer', async () => {
  const { begin } = await openUploadStore();
  await expect(begin('x'.repeat(limits.keyBytesMax + 1))).rejects.toEqual(code('KeyTooLongError'));
  await begin('\0'.repeat(limits.keyBytesMax));
});

test('what is wrong with a completion is said, and the upload stays', async () => {
  const { uploads, bucket, metadata, begin, putPart } = await openUploadStore();
  const upload = await begin('key');
  const one = refOf(await putPart(upload, 1, 'x'));
  const two = refOf(await putPart(upload, 2, 'yy'));
  const UploadId = upload.id;
  const table = [
    [{ parts: [] }, code('InvalidRequest')],
    [{ parts: [two, one] }, code('InvalidPartOrder', { UploadId })],
    [{ parts: [one, one] }, code('InvalidPartOrder', { UploadId })],
    [{ parts: [{ ...one, number: 0 }] }, code('InvalidArgument', { ArgumentName: 'partNumber' })],
    [{ parts: [{ ...one, number: 10_001 }] }, code('InvalidArgument')],
    [{ parts: [two, { ...one, number: 3 }] }, code('InvalidPart', { PartNumber: 3, UploadId })],
    [
      { parts: [{ ...one, etag: two.etag }] },
      code('InvalidPart', { ETag: two.etag, PartNumber: 1, UploadId }),
    ],
    [{ parts: [{ ...one, checksums: { CRC32: 'AAAAAA==' } }] }, code('InvalidPart')],
    [
      { parts: [one, two] },
      code('EntityTooSmall', { ETag: one.etag, MinSizeAllowed: 2, PartNumber: 1, ProposedSize: 1 }),
    ],
    [{ parts: [two], sizeBytes: 3 }, code('InvalidRequest')],
    [{ parts: [two], checksumType: 'COMPOSITE' }, code('InvalidRequest')],
    [
      { parts: [two], checksum: { algorithm: 'CRC64NVME', value: 'AAAAAAAAAAA=' } },
      code('BadDigest'),
    ],
  ] as const;
  for (const [completion, error] of table) {
    await expect(uploads.complete(bucket, upload, completion)).rejects.toEqual(error);
  }
  expect(await audit(metadata)).toEqual([]);
  await uploads.complete(bucket, upload, { parts: [two], sizeBytes: 2 });
});

test('a conditional completion is judged against now and against the beginning of the upload', async () => {
  const absent = { absent: true };
  const { uploads, objects, bucket, begin, putPart, clock } = await openUploadStore();
  const started = async (key: string) => {
    const upload = await begin(key);
    return { upload, parts: [refOf(await putPart(upload, 1, 'x'))] };
  };
  const put = async (key: string, body = 'body') => {
    clock.nowMs += 1;
    return objects.put(bucket, putRequest(key, body));
  };

  const a = await started('a');
  await put('a');
  await expect(
    uploads.complete(bucket, a.upload, { parts: a.parts, condition: absent }),
  ).rejects.toEqual(code('PreconditionFailed', { Condition: 'If-None-Match' }));

  await put('b');
  const b = await started('b');
  await objects.remove(bucket, 'b');
  await expect(
    uploads.complete(bucket, b.upload, { parts: b.parts, condition: absent }),
  ).rejects.toEqual(code('ConditionalRequestConflict', { Condition: 'If-None-Match', Key: 'b' }));

  const { etag } = await put('c');
  const c = await started('c');
  const again = await put('c');
  expect(again.etag).toBe(etag);
  const match = { parts: c.parts, condition: { etag } };
  await expect(uploads.complete(bucket, c.upload, match)).rejects.toEqual(
    code('ConditionalRequestConflict', { Condition: 'If-Match' }),
  );
  await put('c', 'changed');
  await expect(uploads.complete(bucket, c.upload, match)).rejects.toEqual(
    code('PreconditionFailed', { Condition: 'If-Match' }),
  );
  await objects.remove(bucket, 'c');
  await expect(uploads.complete(bucket, c.upload, match)).rejects.toEqual(code('NoSuchKey'));

  await put('d');
  const d = await started('d');
  await uploads.complete(bucket, d.upload, { parts: d.parts, condition: { etag } });
  const e = await started('e');
  await uploads.complete(bucket, e.upload, { parts: e.parts, condition: absent });
});

const sha256 = (bytes: string | Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

test('a composite checksum is the digest of the digests of the parts', async () => {
  const { uploads, objects, bucket, begin, putPart } = await openUploadStore();
  const upload = await begin('key', { checksumAlgorithm: 'SHA256', checksumType: 'COMPOSITE' });
  const one = await putPart(upload, 1, 'one', { algorithm: 'SHA256' });
  const two = await putPart(upload, 2, 'two', { algorithm: 'SHA256' });
  expect(one.checksum?.value).toBe(sha256('one').toString('base64'));
  await expect(
    uploads.complete(bucket, upload, { parts: [refOf(one), refOf(two)] }),
  ).rejects.toMatchObject({ code: 'InvalidRequest', message: expect.stringContaining('part 1') });

  const parts = [refOf(one, 'SHA256'), refOf(two, 'SHA256')];
  const bare = sha256(Buffer.concat([sha256('one'), sha256('two')])).toString('base64');
  const wrong = { algorithm: 'SHA256', value: sha256('?').toString('base64') } as const;
  await expect(uploads.complete(bucket, upload, { parts, checksum: wrong })).rejects.toEqual(
    code('BadDigest'),
  );
  const checksum = { algorithm: 'SHA256', value: `${bare}-2` } as const;
  const object = await uploads.complete(bucket, upload, { parts, checksum });
  expect(object.checksum).toEqual({ ...checksum, type: 'COMPOSITE' });
  const open = await objects.open(bucket, 'key', { bytes: false });
  expect((await open?.part(2))?.checksum?.value).toBe(two.checksum?.value);
});

test('a full-object checksum is that of all bytes, also when nobody named an algorithm', async () => {
  const store = await openUploadStore();
  const { uploads, objects, bucket, begin, putPart } = store;
  for (const algorithm of ['CRC32', 'CRC32C', 'CRC64NVME'] as const) {
    const whole = await objects.put(
      bucket,
      putRequest('whole', 'one two three', { integrity: { algorithm } }),
    );
    const upload = await begin('key', {
      checksumAlgorithm: algorithm,
      checksumType: 'FULL_OBJECT',
    });
    const parts = [
      refOf(await putPart(upload, 1, 'one ')),
      refOf(await putPart(upload, 2, 'two ', { algorithm }), algorithm),
      refOf(await putPart(upload, 3, 'three')),
    ];
    const object = await uploads.complete(bucket, upload, { parts });
    expect(object.checksum).toEqual(whole.checksum);
    expect(object.checksum?.type).toBe('FULL_OBJECT');
  }
  const upload = await begin('unnamed');
  const parts = [refOf(await putPart(upload, 1, 'one ')), refOf(await putPart(upload, 2, 'two'))];
  const object = await uploads.complete(bucket, upload, { parts });
  expect(object.checksum).toMatchObject({ algorithm: 'CRC64NVME', type: 'FULL_OBJECT' });
});

test('a part with another algorithm than its upload, or with wrong bytes, is refused', async () => {
  const { metadata, begin, putPart } = await openUploadStore();
  const upload = await begin('key', { checksumAlgorithm: 'SHA1', checksumType: 'COMPOSITE' });
  await expect(putPart(upload, 1, 'x', { algorithm: 'CRC32' })).rejects.toMatchObject({
    code: 'InvalidRequest',
    message:
      'Checksum Type mismatch occurred, expected checksum Type: sha1, actual checksum Type: crc32',
  });
  const wrong = { algorithm: 'SHA1', value: () => '2jmj7l5rSw0yVb/vlWAYkK/YBwk=' } as const;
  await expect(putPart(upload, 1, 'x', wrong)).rejects.toEqual(code('BadDigest'));
  await expect(putPart(upload, 0, 'x')).rejects.toEqual(code('InvalidArgument'));
  await expect(putPart(upload, 10_001, 'x')).rejects.toEqual(code('InvalidArgument'));
  expect(await countRows(metadata, 'q')).toBe(0);
  expect(await audit(metadata)).toEqual([]);
});

test('parts are listed in pages, in the order of their numbers', async () => {
  const { uploads, begin, putPart } = await openUploadStore();
  const upload = await begin('key');
  for (const number of [300, 1, 10_000, 2]) await putPart(upload, number, `${number}`);
  const page = async (after: number, limit: number) => {
    const { parts, truncated } = await uploads.parts(upload, { after, limit });
    return [parts.map(({ number }) => number), truncated];
  };
  expect(await page(0, 1000)).toEqual([[1, 2, 300, 10_000], false]);
  expect(await page(0, 2)).toEqual([[1, 2], true]);
  expect(await page(2, 2)).toEqual([[300, 10_000], false]);
  expect(await page(299, 1)).toEqual([[300], true]);
  expect(await page(10_000, 1)).toEqual([[], false]);
  expect(await page(2_000_000_000, 1)).toEqual([[], false]);
  expect(await page(0, 0)).toEqual([[], false]);
});

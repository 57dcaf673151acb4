import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { limits } from '../limits.ts';
import { digestOf } from './digests.ts';
import type { Integrity } from './checksum.ts';
import type { AppendRequest } from './object.ts';
import { openTestStore, putRequest, readAll } from './store-for-tests.ts';
import { audit, countRows, openUploadStore, refOf } from './uploads-for-tests.ts';

const appendRequest = (
  body: string,
  offsetBytes: number,
  more: Partial<AppendRequest> = {},
): AppendRequest => ({ ...putRequest('a', body, more), offsetBytes });

const md5 = (bytes: string | Buffer): Buffer => createHash('md5').update(bytes).digest();

const pieces = fc.array(
  fc.oneof(
    fc.string({ minLength: 1, maxLength: 9 }),
    fc.constant('x'.repeat(limits.inlineBytesMax + 1)),
  ),
  { minLength: 1, maxLength: 8 },
);

test('appended pieces read as one, whole, in ranges and by part', async () => {
  await fc.assert(
    fc.asyncProperty(pieces, fc.boolean(), fc.nat(), async (bodies, begunByPut, cut) => {
      const { objects, bucket, metadata } = await openTestStore();
      let whole = Buffer.alloc(0);
      const integrity: Integrity = { algorithm: 'CRC32' };
      for (const [index, body] of bodies.entries()) {
        const object =
          index === 0 && begunByPut
            ? await objects.put(bucket, putRequest('a', body, { integrity }))
            : await objects.append(bucket, appendRequest(body, whole.length, { integrity }));
        whole = Buffer.concat([whole, Buffer.from(body)]);
        expect(object.sizeBytes).toBe(whole.length);
        const { checksums } = await digestOf(whole, ['CRC32']);
        expect(object.checksum).toMatchObject({ type: 'FULL_OBJECT', value: checksums.CRC32 });
      }
      const open = await objects.open(bucket, 'a');
      expect(open && (await readAll(await open.read())).equals(whole)).toBe(true);
      const start = cut % whole.length;
      const range = { start, end: whole.length };
      const rest = open && (await readAll(await open.read(range)));
      expect(rest?.equals(whole.subarray(start))).toBe(true);
      const last = await open?.part(bodies.length);
      expect(last && last.end - last.start).toBe(Buffer.byteLength(bodies.at(-1) ?? ''));
      const sums = Buffer.concat(bodies.map((body) => md5(body)));
      const ofParts = `${md5(sums).toString('hex')}-${bodies.length}`;
      const ofOne = md5(whole).toString('hex');
      expect(open?.object.etag).toBe(bodies.length > 1 ? ofParts : ofOne);
      expect(await audit(metadata)).toEqual([]);
    }),
    { numRuns: 60 },
  );
});

test('the offset must be the size', async () => {
  const { objects, bucket, metadata } = await openTestStore();
  const refused = { code: 'InvalidWriteOffset', status: 400 };
  await expect(objects.append(bucket, appendRequest('x', 1))).rejects.toMatchObject(refused);
  await objects.append(bucket, appendRequest('x', 0));
  await expect(objects.append(bucket, appendRequest('y', 0))).rejects.toMatchObject(refused);
  await expect(objects.append(bucket, appendRequest('y', 2))).rejects.toMatchObject(refused);
  await expect(objects.append(bucket, appendRequest('', 1))).rejects.toMatchObject({
    code: 'InvalidRequest',
  });
  expect(await audit(metadata)).toEqual([]);
});

test('of those who append at the same place one wins, and nothing of the others stays', async () => {
  for (const body of ['y', 'y'.repeat(limits.inlineBytesMax + 1)]) {
    const { objects, bucket, metadata } = await openTestStore();
    await objects.put(bucket, putRequest('a', 'x'));
    for (let round = 0; round < 3; round += 1) {
      const size = (await objects.open(bucket, 'a'))?.object.sizeBytes ?? 0;
      const results = await Promise.allSettled(
        Array.from({ length: 8 }, () => objects.append(bucket, appendRequest(body, size))),
      );
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    }
    expect((await objects.open(bucket, 'a'))?.object.partsCount).toBe(4);
    expect(await audit(metadata)).toEqual([]);
  }
});

test('what is being read stays as it was, however much is appended meanwhile', async () => {
  const { objects, bucket } = await openTestStore();
  await objects.append(bucket, appendRequest('1', 0));
  await objects.append(bucket, appendRequest('2', 1));
  const open = await objects.open(bucket, 'a');
  await objects.append(bucket, appendRequest('3', 2));
  expect(open && String(await readAll(await open.read()))).toBe('12');
  expect(await open?.part(3)).toBeUndefined();
  expect(await open?.part(2)).toMatchObject({ start: 1, end: 2 });
});

test('the object keeps what it says of itself; what is appended may not say more', async () => {
  const { objects, bucket } = await openTestStore();
  const attributes = { headers: { contentType: 'a/b' }, userMetadata: { a: 'b' } };
  await objects.put(bucket, putRequest('a', '', { attributes }));
  expect(await objects.append(bucket, appendRequest('x', 0))).toMatchObject(attributes);
  expect(await objects.append(bucket, appendRequest('y', 1))).toMatchObject(attributes);
  await expect(objects.append(bucket, appendRequest('z', 2, { attributes }))).rejects.toMatchObject(
    {
      message:
        'Cannot specify both a write offset value and user-defined object metadata for existing objects.',
    },
  );
});

test('what is appended is summed as what is there', async () => {
  const { objects, bucket } = await openTestStore();
  await objects.put(bucket, putRequest('a', 'x', { integrity: { algorithm: 'CRC32C' } }));
  const { checksum } = await objects.append(bucket, appendRequest('y', 1));
  const { checksums } = await digestOf(Buffer.from('xy'), ['CRC32C']);
  expect(checksum?.value).toBe(checksums.CRC32C);
  const integrity: Integrity = { algorithm: 'CRC32', value: () => 'AAAAAA==' };
  await expect(objects.append(bucket, appendRequest('z', 2, { integrity }))).rejects.toMatchObject({
    message:
      'Checksum Type mismatch occurred, expected checksum Type: crc32c, actual checksum Type: crc32.',
  });
  await objects.put(bucket, putRequest('a', 'x', { integrity: { algorithm: 'SHA256' } }));
  expect((await objects.append(bucket, appendRequest('y', 1))).checksum).toBeUndefined();
});

test('an object that was appended to leaves nothing behind', async () => {
  const { objects, bucket, metadata } = await openTestStore();
  await objects.put(bucket, putRequest('a', 'x'));
  await objects.append(bucket, appendRequest('y', 1));
  await objects.put(bucket, putRequest('a', 'z'));
  expect(await audit(metadata)).toEqual([]);
  // The row of parts waits for the reaper.
  expect(await countRows(metadata, 'g')).toBe(1);
});

test('behind part 10,000 there is no place for another', async () => {
  const { objects, uploads, bucket, metadata, begin, putPart } = await openUploadStore();
  const upload = await begin('a');
  const last = await putPart(upload, limits.partsMax, 'x');
  await uploads.complete(bucket, upload, { parts: [refOf(last)] });
  await expect(objects.append(bucket, appendRequest('y', 1))).rejects.toMatchObject({
    code: 'TooManyParts',
    status: 400,
  });
  expect(await audit(metadata)).toEqual([]);
});

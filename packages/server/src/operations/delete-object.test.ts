import { expect, test } from 'vitest';
import { limits } from '../limits.ts';
import { putRequest } from '../store/store-for-tests.ts';
import { openTestServer } from './context-for-tests.ts';
import { deleteObject } from './delete-object.ts';
import { deleteObjects } from './delete-objects.ts';

const proof = { headers: { 'content-md5': 'AAAAAAAAAAAAAAAAAAAAAA==' } };

async function openWith(...keys: readonly string[]) {
  const server = await openTestServer();
  for (const key of keys) await server.store.objects.put(server.bucket, putRequest(key, key));
  const query = { prefix: '', delimiter: '', after: '', limit: 1000 };
  return {
    ...server,
    keys: async () =>
      (await server.store.objects.list(server.bucket, query)).objects.map(({ key }) => key),
  };
}

test('deleting removes the object, and nothing is no failure', async () => {
  const server = await openWith('a', 'b');
  expect(await deleteObject.run(server.context<'DeleteObject'>({}, { key: 'a' }))).toEqual({});
  expect(await deleteObject.run(server.context<'DeleteObject'>({}, { key: 'a' }))).toEqual({});
  expect(await server.keys()).toEqual(['b']);
});

test('If-Match protects another object than the one that was meant', async () => {
  const server = await openWith('a');
  const remove = (IfMatch: string, key = 'a') =>
    deleteObject.run(server.context<'DeleteObject'>({ IfMatch }, { key }));
  await expect(remove('"other"')).rejects.toMatchObject({ code: 'PreconditionFailed' });
  await remove('"other"', 'absent');
  expect(await server.keys()).toEqual(['a']);
  await remove('"0cc175b9c0f1b6a831c399e269772661"');
  expect(await server.keys()).toEqual([]);
});

test('many keys at once: each succeeds or fails on its own, in the order of the request', async () => {
  const many = Array.from({ length: 200 }, (_, i) => `k${i}`);
  const server = await openWith(...many, 'stays');
  const output = await deleteObjects.run(
    server.context<'DeleteObjects'>(
      {
        Delete: {
          Objects: [
            { Key: 'stays', ETag: '"other"' },
            ...many.map((Key) => ({ Key })),
            { Key: 'absent' },
            { Key: 'é'.repeat(513) },
            { Key: 'stays', VersionId: 'v1' },
          ],
        },
      },
      proof,
    ),
  );
  expect(output.Deleted).toEqual([...many, 'absent'].map((Key) => ({ Key })));
  expect(output.Errors).toMatchObject([
    { Key: 'stays', Code: 'PreconditionFailed' },
    { Code: 'KeyTooLongError' },
    { Key: 'stays', Code: 'NoSuchVersion', VersionId: 'v1' },
  ]);
  expect(await server.keys()).toEqual(['stays']);
});

test('a quiet request hears of failures only', async () => {
  const server = await openWith('a');
  const Objects = [{ Key: 'a' }, { Key: '' }];
  const output = await deleteObjects.run(
    server.context<'DeleteObjects'>({ Delete: { Objects, Quiet: true } }, proof),
  );
  expect(output.Deleted).toEqual([]);
  expect(output.Errors).toMatchObject([{ Code: 'UserKeyMustBeSpecified' }]);
});

test('a bulk delete needs a digest, and 1 to 1,000 keys', async () => {
  const server = await openWith('a');
  const run = (count: number, headers: Record<string, string>) => {
    const Objects = Array.from({ length: count }, (_, i) => ({ Key: `${i}` }));
    return deleteObjects.run(server.context<'DeleteObjects'>({ Delete: { Objects } }, { headers }));
  };
  await expect(run(1, {})).rejects.toMatchObject({ code: 'InvalidRequest' });
  await expect(run(0, proof.headers)).rejects.toMatchObject({ code: 'MalformedXML' });
  await expect(run(limits.deleteObjectsMax + 1, proof.headers)).rejects.toMatchObject({
    code: 'MalformedXML',
  });
  await run(limits.deleteObjectsMax, { 'x-amz-checksum-crc32': 'AAAAAA==' });
  await run(1, { 'x-amz-trailer': 'x-amz-checksum-crc32' });
});

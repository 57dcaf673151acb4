import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { S3Error } from '../protocol/errors.ts';
import { type Place, requireKey, told } from './history-checks-for-tests.ts';
import { type Dice, historyKeys } from './history-dice-for-tests.ts';
import { etagOf, type KnownVersion, md5 } from './history-model-for-tests.ts';
import type { StoredObject, Tags, WriteCondition } from './object.ts';
import { putRequest, readAll, streamOf } from './store-for-tests.ts';

// What clients do. Each does it, expects what the model says to come of it, and tells the model.

export async function put({ store, model, bucket }: Place, dice: Dice): Promise<void> {
  const key = dice.one(historyKeys);
  const body = dice.body();
  const current = model.current(key);
  const { condition, refusal } = conditionOn(current, dice);
  const tags: Tags = dice.roll(3) === 0 ? [['t', String(dice.roll(9))]] : [];
  const attributes = { headers: {}, userMetadata: {}, ...(tags.length > 0 && { tags }) };
  const put = putRequest(key, body, { attributes, ...(condition && { condition }) });
  const object = await attempt(() => store.objects.put(bucket, put), refusal);
  if (object === undefined) return;
  model.write(key, { ...known(object), body, etag: md5(body), tags: told(tags) });
  await requireKey({ store, model, bucket }, key);
}

function conditionOn(
  current: KnownVersion | undefined,
  dice: Dice,
): {
  readonly condition?: WriteCondition;
  readonly refusal?: string;
} {
  switch (dice.roll(6)) {
    case 0:
      return {
        condition: { absent: true },
        ...(current !== undefined && { refusal: 'PreconditionFailed' }),
      };
    case 1:
      if (current === undefined) {
        return { condition: { etag: md5(Buffer.of()) }, refusal: 'NoSuchKey' };
      }
      return { condition: { etag: current.etag } };
    case 2:
      if (current === undefined) return {};
      return { condition: { etag: 'another' }, refusal: 'PreconditionFailed' };
    default:
      return {};
  }
}

export async function remove({ store, model, bucket }: Place, dice: Dice): Promise<void> {
  const key = dice.one(historyKeys);
  const current = model.current(key);
  const refused = current !== undefined && dice.roll(5) === 0;
  const removed = await attempt(
    () => store.objects.remove(bucket, key, refused ? { condition: { etag: 'another' } } : {}),
    refused ? 'PreconditionFailed' : undefined,
  );
  if (removed === undefined) return;
  assert.equal(removed.marker, model.versioning !== undefined);
  if (model.versioning === undefined) model.drop(key, 'null');
  else {
    const id = removed.version?.id ?? '';
    model.write(key, { id, body: undefined, etag: '', tags: '' });
  }
  await requireKey({ store, model, bucket }, key);
}

export async function removeVersion({ store, model, bucket }: Place, dice: Dice): Promise<void> {
  const key = dice.one(historyKeys);
  const version = dice.one(model.of(key));
  const versionId = version?.id ?? dice.one(['null', '0'.repeat(32)]);
  const removed = await store.objects.remove(bucket, key, { versionId });
  assert.equal(removed.version?.id, version?.id);
  assert.equal(removed.marker, version !== undefined && version.body === undefined);
  model.drop(key, versionId);
  await requireKey({ store, model, bucket }, key);
}

export async function copy(
  { store, model, bucket }: Place,
  dice: Dice,
  { model: from, bucket: fromBucket }: Place,
): Promise<void> {
  const fromKey = dice.one(historyKeys);
  const versionId = dice.roll(2) === 0 ? undefined : dice.one(from.of(fromKey))?.id;
  const source = from.find(fromKey, versionId);
  const open = await store.objects.open(fromBucket, fromKey, {
    ...(versionId !== undefined && { versionId }),
  });
  assert.equal(open === undefined, source === undefined);
  if (open === undefined || source?.body === undefined) return;
  const key = dice.one(historyKeys);
  const { headers, userMetadata, tags } = open.object;
  const object = await store.objects.copy(open, {
    bucket,
    key,
    owner: 'owner',
    attributes: { headers, userMetadata, ...(tags && { tags }) },
    integrity: {},
  });
  const { body } = source;
  model.write(key, { ...known(object), body, etag: md5(body), tags: source.tags });
  await requireKey({ store, model, bucket }, key);
}

export async function tag({ store, model, bucket }: Place, dice: Dice): Promise<void> {
  const key = dice.one(historyKeys);
  const versionId = dice.roll(2) === 0 ? undefined : dice.one(model.of(key))?.id;
  const version = model.find(key, versionId);
  const tags: Tags = [['t', String(dice.roll(9))]];
  const object = await store.objects.amend(bucket, key, {
    ...(versionId !== undefined && { versionId }),
    change: (before) => ({ ...before, tags }),
  });
  assert.equal(object?.version.id, version?.id);
  if (version !== undefined) model.replace(key, { ...version, tags: told(tags) });
  await requireKey({ store, model, bucket }, key);
}

export async function append({ store, model, bucket }: Place, dice: Dice): Promise<void> {
  const key = dice.one(historyKeys);
  const current = model.current(key);
  const size = current?.body?.length ?? 0;
  const offsetBytes = dice.roll(5) === 0 ? size + 1 : size;
  const body = Buffer.concat([Buffer.from('+'), dice.body()]);
  const misplaced = offsetBytes === size ? undefined : 'InvalidWriteOffset';
  const refusal = model.versioning === undefined ? misplaced : 'NotImplemented';
  const append = { ...putRequest(key, body), offsetBytes };
  const object = await attempt(() => store.objects.append(bucket, append), refusal);
  if (object === undefined) return;
  const before = current?.body ?? Buffer.of();
  const parts = [
    ...(size === 0 || current === undefined ? [] : (current.parts ?? [current.etag])),
    md5(body),
  ];
  model.write(key, {
    tags: '',
    ...current,
    id: object.version.id,
    body: Buffer.concat([before, body]),
    etag: size === 0 ? md5(body) : etagOf(parts),
    ...(size === 0 ? {} : { parts }),
  });
  await requireKey({ store, model, bucket }, key);
}

export async function rename({ store, model, bucket }: Place, dice: Dice): Promise<void> {
  const from = dice.one(historyKeys);
  const to = dice.one(historyKeys);
  const source = model.current(from);
  const missing = source === undefined ? 'NoSuchKey' : undefined;
  await attempt(
    async () => {
      await store.objects.rename(bucket, { from, to, judge: () => undefined });
      return true;
    },
    model.versioning === undefined ? missing : 'NotImplemented',
  );
  if (model.versioning === undefined && source !== undefined && from !== to) {
    model.write(to, source);
    model.drop(from, source.id);
  }
  await requireKey({ store, model, bucket }, from);
  await requireKey({ store, model, bucket }, to);
}

export async function beginUpload({ store, model, bucket }: Place, dice: Dice): Promise<void> {
  const key = dice.one(historyKeys);
  const attributes = { headers: {}, userMetadata: {} };
  const upload = await store.uploads.create(bucket, { key, owner: 'owner', attributes });
  model.uploads.set(upload.id, { key, parts: new Map() });
}

export async function putPart({ store, model, bucket }: Place, dice: Dice): Promise<void> {
  const [id, known] = dice.one([...model.uploads]) ?? [];
  if (id === undefined || known === undefined) return;
  const number = 1 + dice.roll(5);
  const body = Buffer.concat([Buffer.from('p'), dice.body()]);
  const upload = await store.uploads.find(bucket, known.key, id);
  const part = await store.uploads.putPart(bucket, upload, {
    number,
    body: streamOf(body),
    sizeBytes: body.length,
    integrity: {},
  });
  assert.equal(part.etag, md5(body));
  known.parts.set(number, body);
}

export async function complete({ store, model, bucket }: Place, dice: Dice): Promise<void> {
  const [id, upload] = dice.one([...model.uploads]) ?? [];
  if (id === undefined || upload === undefined) return;
  const { key } = upload;
  const numbers = [...upload.parts.keys()].toSorted((one, other) => one - other);
  const chosen = numbers.filter(() => dice.roll(4) > 0);
  const bodies = chosen.map((number) => upload.parts.get(number) ?? Buffer.of());
  const parts = bodies.map((body) => md5(body));
  const wrong = dice.roll(6) === 0;
  const refs = chosen.map((number, index) => ({
    number,
    etag: wrong ? md5(Buffer.from('wrong')) : (parts[index] ?? ''),
    checksums: {},
  }));
  const complete = () => store.uploads.complete(bucket, { key, id }, { parts: refs });
  const mistaken = wrong ? 'InvalidPart' : undefined;
  const refusal = chosen.length === 0 ? 'InvalidRequest' : mistaken;
  const object = await attempt(complete, refusal);
  if (object === undefined) return;
  const etag = etagOf(parts);
  const body = Buffer.concat(bodies);
  model.write(key, { ...known(object), body, etag, tags: '', parts, uploadId: id });
  model.uploads.delete(id);
  // Once more: the client may not have heard of it.
  assert.equal((await complete()).version.id, object.version.id);
  await requireKey({ store, model, bucket }, key);
}

export async function abort({ store, model, bucket }: Place, dice: Dice): Promise<void> {
  const [id, upload] = dice.one([...model.uploads]) ?? [];
  if (id === undefined || upload === undefined) return;
  await store.uploads.abort(bucket, upload.key, id);
  model.uploads.delete(id);
  const refs = { parts: [{ number: 1, etag: '', checksums: {} }] };
  const again = { key: upload.key, id };
  await attempt(() => store.uploads.complete(bucket, again, refs), 'NoSuchUpload');
}

export async function readOne({ store, model, bucket }: Place, dice: Dice): Promise<void> {
  const key = dice.one(historyKeys);
  await requireKey({ store, model, bucket }, key);
  const body = model.current(key)?.body;
  if (body === undefined || body.length === 0) return;
  const start = dice.roll(body.length);
  const end = start + 1 + dice.roll(body.length - start);
  const open = await store.objects.open(bucket, key);
  const read = open && (await readAll(await open.read({ start, end })));
  assert.ok(read?.equals(body.subarray(start, end)), 'a range');
}

const known = ({
  version,
  etag,
}: StoredObject): { readonly id: string; readonly etag: string } => ({
  id: version.id,
  etag,
});

/** What comes of it; undefined when it is refused, which must be with this code. */
async function attempt<Result>(
  act: () => Promise<Result>,
  refusal: string | undefined,
): Promise<Result | undefined> {
  try {
    const result = await act();
    assert.equal('done', refusal ?? 'done');
    return result;
  } catch (error) {
    if (!(error instanceof S3Error)) throw error;
    assert.equal(error.code, refusal);
    return undefined;
  }
}

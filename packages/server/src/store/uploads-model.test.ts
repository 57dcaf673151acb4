import { Buffer } from 'node:buffer';
import { expect, test } from 'vitest';
import * as fc from 'fast-check';
import { S3Error } from '../protocol/errors.ts';
import { putRequest, readAll } from './store-for-tests.ts';
import { audit, countRows, md5, openUploadStore } from './uploads-for-tests.ts';
import type { Upload } from './upload.ts';

type Store = Awaited<ReturnType<typeof openUploadStore>>;

/** One thing that a client does. Uploads are named by the order in which they began. */
type Step =
  | { readonly kind: 'begin'; readonly key: string }
  | {
      readonly kind: 'part';
      readonly upload: number;
      readonly number: number;
      readonly body: string;
    }
  | {
      readonly kind: 'complete';
      readonly upload: number;
      readonly numbers: readonly number[];
      readonly absent: boolean;
    }
  | { readonly kind: 'abort'; readonly upload: number }
  | { readonly kind: 'put'; readonly key: string; readonly body: string }
  | { readonly kind: 'remove'; readonly key: string };

const key = fc.constantFrom('a', 'b\0', 'b\u0001');
const upload = fc.nat(3);
const number = fc.constantFrom(1, 2, 3, 10_000);
const body = fc.string({ minLength: 0, maxLength: 4 });
const numbers = fc
  .uniqueArray(number, { minLength: 1 })
  .map((all) => all.toSorted((a, b) => a - b));

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('begin' as const), key }) },
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('part' as const), upload, number, body }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('complete' as const),
      upload,
      numbers,
      absent: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('abort' as const), upload }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('put' as const), key, body }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('remove' as const), key }) },
);

const bytesOf = (body: string): Buffer => Buffer.from(body);

/** Does a step; the code of the error that the client sees, or `ok`. */
async function perform(store: Store, begun: Upload[], step: Step): Promise<string> {
  const { uploads, objects, bucket } = store;
  const named = 'upload' in step ? begun[step.upload] : undefined;
  if ('upload' in step && named === undefined) return 'no such upload yet';
  try {
    switch (step.kind) {
      case 'begin':
        begun.push(await store.begin(step.key));
        break;
      case 'part':
        if (named) await store.putPart(named, step.number, step.body);
        break;
      case 'complete':
        if (named) {
          const { parts } = await uploads.parts(named, { after: 0, limit: 10 });
          const etags = new Map(parts.map((part) => [part.number, part.etag]));
          await uploads.complete(bucket, named, {
            parts: step.numbers.map((number) => ({
              number,
              etag: etags.get(number) ?? '',
              checksums: {},
            })),
            ...(step.absent && { condition: { absent: true } }),
          });
        }
        break;
      case 'abort':
        if (named) await uploads.abort(bucket, named.key, named.id);
        break;
      case 'put':
        await objects.put(bucket, putRequest(step.key, step.body));
        break;
      case 'remove':
        await objects.remove(bucket, step.key);
        break;
      default:
        return step satisfies never;
    }
    return 'ok';
  } catch (error) {
    if (error instanceof S3Error) return error.code;
    throw error;
  }
}

interface ModelUpload {
  readonly key: string;
  readonly parts: Map<number, string>;
  state: 'under way' | 'aborted' | 'completed';
  /** Which write of the key was current when it began. */
  readonly replaces: number | undefined;
}

/** What S3 says should happen, in the simplest terms. */
class Model {
  readonly objects = new Map<
    string,
    { readonly pieces: readonly string[]; readonly write: number; readonly upload?: number }
  >();
  readonly uploads: ModelUpload[] = [];
  private writes = 0;

  perform(step: Step): string {
    const named = 'upload' in step ? this.uploads[step.upload] : undefined;
    if ('upload' in step && named === undefined) return 'no such upload yet';
    switch (step.kind) {
      case 'begin':
        this.uploads.push({
          key: step.key,
          parts: new Map(),
          state: 'under way',
          replaces: this.objects.get(step.key)?.write,
        });
        return 'ok';
      case 'part':
        if (named?.state !== 'under way') return 'NoSuchUpload';
        named.parts.set(step.number, step.body);
        return 'ok';
      case 'complete':
        return named ? this.complete(named, step) : '';
      case 'abort':
        if (named?.state !== 'under way') return 'NoSuchUpload';
        named.state = 'aborted';
        return 'ok';
      case 'put':
        this.objects.set(step.key, { pieces: [step.body], write: ++this.writes });
        return 'ok';
      case 'remove':
        this.objects.delete(step.key);
        return 'ok';
      default:
        return step satisfies never;
    }
  }

  private complete(named: ModelUpload, step: Step & { kind: 'complete' }): string {
    const current = this.objects.get(named.key);
    if (named.state !== 'under way') {
      return current?.upload === step.upload ? 'ok' : 'NoSuchUpload';
    }
    if (step.absent && current) return 'PreconditionFailed';
    if (step.absent && named.replaces !== undefined) return 'ConditionalRequestConflict';
    if (step.numbers.some((number) => !named.parts.has(number))) return 'InvalidPart';
    const pieces = step.numbers.map((number) => named.parts.get(number) ?? '');
    if (pieces.slice(0, -1).some((piece) => bytesOf(piece).length < 2)) return 'EntityTooSmall';
    named.state = 'completed';
    this.objects.set(named.key, { pieces, write: ++this.writes, upload: step.upload });
    return 'ok';
  }
}

async function compare({ objects, uploads, bucket, metadata }: Store, model: Model): Promise<void> {
  const query = { prefix: '', delimiter: '', after: '', limit: 1000 };
  const listed = (await objects.list(bucket, query)).objects;
  expect(listed.map((object) => object.key)).toEqual([...model.objects.keys()].toSorted());
  for (const [key, { pieces, upload }] of model.objects) {
    const open = await objects.open(bucket, key);
    const bytes = await readAll((await open?.read()) ?? Buffer.of());
    expect(bytes.toString()).toBe(pieces.join(''));
    const digests = pieces.map((piece) => md5(piece));
    const etag =
      upload === undefined
        ? md5(pieces.join('')).toString('hex')
        : `${md5(Buffer.concat(digests)).toString('hex')}-${pieces.length}`;
    expect(open?.object.etag).toBe(etag);
  }
  const underWay = model.uploads.filter(({ state }) => state === 'under way');
  const page = { prefix: '', delimiter: '', afterKey: '', afterId: '', limit: 1000 };
  const found = (await uploads.list(bucket, page)).uploads;
  expect(found.map(({ key }) => key)).toEqual(underWay.map(({ key }) => key).toSorted());
  expect(await audit(metadata)).toEqual([]);
}

test('every history of uploads, writes and deletions ends as S3 says, and leaks nothing', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), async (steps) => {
      const store = await openUploadStore();
      const model = new Model();
      const begun: Upload[] = [];
      for (const step of steps) {
        store.clock.nowMs += 1;
        expect(`${step.kind} ${await perform(store, begun, step)}`).toBe(
          `${step.kind} ${model.perform(step)}`,
        );
      }
      await compare(store, model);
    }),
    { numRuns: 150 },
  );
});

test('whatever happens at once, nothing leaks and every object can be read', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(step, { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 6 }),
      async (rounds) => {
        const store = await openUploadStore();
        const { metadata, objects, uploads, bucket } = store;
        const begun: Upload[] = [];
        for (const round of rounds) {
          store.clock.nowMs += 1;
          await Promise.all(round.map((step) => perform(store, begun, step)));
          expect(await audit(metadata)).toEqual([]);
        }
        const query = { prefix: '', delimiter: '', after: '', limit: 1000 };
        for (const { key, sizeBytes } of (await objects.list(bucket, query)).objects) {
          const open = await objects.open(bucket, key);
          expect(await readAll((await open?.read()) ?? Buffer.of())).toHaveLength(sizeBytes);
          await objects.remove(bucket, key);
        }
        const page = { prefix: '', delimiter: '', afterKey: '', afterId: '', limit: 1000 };
        for (const { key, id } of (await uploads.list(bucket, page)).uploads) {
          await uploads.abort(bucket, key, id);
        }
        expect(await audit(metadata)).toEqual([]);
        for (const table of ['o', 'u', 'q']) expect(await countRows(metadata, table)).toBe(0);
      },
    ),
    { numRuns: 150 },
  );
});

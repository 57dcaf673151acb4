import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import * as s3 from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { startCauseway, temporaryFolder } from './causeway.ts';
import { dice } from './dice.ts';
import { bytesOf, sdk } from './sdk.ts';

const rounds = 6;
const uploadsPerRound = 60;
const Bucket = 'crash-upload';

/** How far an upload got, as far as its client was told. */
interface Progress {
  readonly Key: string;
  readonly body: Buffer;
  UploadId?: string;
  ETag?: string;
  completed: boolean;
  /** The client asked for the deletion, and whether it was told that it is done. */
  deletion?: 'asked' | 'done';
}

async function upload(client: s3.S3Client, progress: Progress, thenDelete: boolean): Promise<void> {
  const { Key, body } = progress;
  const created = await client.send(new s3.CreateMultipartUploadCommand({ Bucket, Key }));
  const UploadId = created.UploadId ?? '';
  progress.UploadId = UploadId;
  const sent = await client.send(
    new s3.UploadPartCommand({ Bucket, Key, UploadId, PartNumber: 1, Body: body }),
  );
  progress.ETag = sent.ETag ?? '';
  await complete(client, progress);
  progress.completed = true;
  if (thenDelete) {
    progress.deletion = 'asked';
    await client.send(new s3.DeleteObjectCommand({ Bucket, Key }));
    progress.deletion = 'done';
  }
}

async function complete(client: s3.S3Client, { Key, UploadId, ETag }: Progress): Promise<void> {
  const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
  await client.send(
    new s3.CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload }),
  );
}

async function read(client: s3.S3Client, Key: string): Promise<Buffer | undefined> {
  try {
    const got = await client.send(new s3.GetObjectCommand({ Bucket, Key }));
    return Buffer.from((await got.Body?.transformToByteArray()) ?? []);
  } catch (error) {
    if (error instanceof s3.NoSuchKey) {
      return undefined;
    }
    throw error;
  }
}

/** What is wrong with what is left of an upload; nothing, if all is well. */
async function fault(client: s3.S3Client, progress: Progress): Promise<string | undefined> {
  const found = await read(client, progress.Key);
  if (found !== undefined) {
    return found.equals(progress.body) && progress.deletion !== 'done'
      ? undefined
      : `is there, ${found.length} bytes`;
  }
  if (progress.completed) {
    return progress.deletion === undefined ? 'was completed and is gone' : undefined;
  }
  if (progress.ETag === undefined) {
    return undefined;
  }
  // The part was acknowledged and nothing came of it yet: the client goes on where it was.
  await complete(client, progress);
  const resumed = await read(client, progress.Key);
  return resumed?.equals(progress.body) === true ? undefined : 'could not be completed';
}

test('killed under multipart uploads and deletions, each is whole, resumable or gone', async () => {
  const seed = Number(process.env['CAUSEWAY_CRASH_SEED'] ?? randomInt(2 ** 31));
  const roll = dice(seed);
  const folder = await temporaryFolder();
  let causeway = await startCauseway({ data: folder.path, workers: 2, args: ['--log=off'] });
  let client = sdk(causeway);
  let cutOff = 0;
  let completed = 0;
  try {
    await client.send(new s3.CreateBucketCommand({ Bucket }));
    for (let round = 0; round < rounds; round += 1) {
      const progress = Array.from({ length: uploadsPerRound }, (_, at): Progress => {
        const size = [0, 500, 9000, 300_000][at % 4] ?? 0;
        return { Key: `${round}/${at}`, body: bytesOf(size, at), completed: false };
      });
      const killAfter = roll(uploadsPerRound * 0.6);
      const ended = new Set<string>();
      const all = progress.map(async (each, at) => {
        try {
          await upload(client, each, at % 3 === 0);
        } catch {
          cutOff += 1;
        }
        ended.add(each.Key);
      });
      while (ended.size < killAfter) {
        await sleep(1);
      }
      await sleep(roll(20));
      await causeway.kill();
      await Promise.all(all);
      client.destroy();

      causeway = await startCauseway({ data: folder.path, workers: 2, args: ['--log=off'] });
      client = sdk(causeway);
      for (const each of progress) {
        const wrong = await fault(client, each);
        expect(wrong, `seed ${seed}, upload ${each.Key}`).toBeUndefined();
        completed += each.completed ? 1 : 0;
      }
    }
  } finally {
    client.destroy();
    await causeway.kill();
    await folder.remove();
  }
  // The kills did hit uploads under way, and not only those.
  expect(cutOff).toBeGreaterThan(0);
  expect(completed).toBeGreaterThan(0);
});

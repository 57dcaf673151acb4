import { randomInt } from 'node:crypto';
import { Agent, request, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import * as s3 from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { startCauseway, temporaryFolder, type Causeway } from './causeway.ts';
import { dice } from './dice.ts';
import { bytesOf, sdk } from './sdk.ts';
import { signedHeaders } from './sign.ts';

const rounds = Number(process.env['CAUSEWAY_CRASH_ROUNDS'] ?? 20);
const putsPerRound = 1000;
const bucket = 'crash';

/** Around every size at which an object is kept in another way, and up to 200 KiB. */
const sizes = [0, 1, 100, 4095, 4096, 4097, 8192, 8193, 12_000, 16_384, 16_385, 65_537, 204_800];

/** One write that was tried: what the object would hold, as a seed and a size. */
interface Write {
  readonly seed: number;
  readonly size: number;
}

/** What is known of a key: what it certainly held, and what may have replaced that. */
interface Known {
  certain: Write | undefined;
  readonly possible: Write[];
}

async function send(
  causeway: Causeway,
  options: { method: string; key: string; body?: Uint8Array; agent: Agent },
): Promise<{ status: number; body: Buffer }> {
  const target = `/${bucket}/${options.key}`;
  const headers = signedHeaders(causeway.credentials, {
    method: options.method,
    target,
    host: `127.0.0.1:${causeway.port}`,
  });
  const { body = new Uint8Array(0), agent, method } = options;
  return new Promise((resolve, reject) => {
    const answered = (response: IncomingMessage): void => {
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => pieces.push(piece));
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(pieces) }),
      );
    };
    request(
      {
        host: '127.0.0.1',
        port: causeway.port,
        path: target,
        method,
        agent,
        headers: { ...headers, 'content-length': body.length },
      },
      answered,
    )
      .on('error', reject)
      .end(body);
  });
}

const isWrite = (body: Buffer, { seed, size }: Write): boolean => body.equals(bytesOf(size, seed));

/**
 * Reads what is there and holds it against what is known: an acknowledged write is there whole, one
 * that was not acknowledged is there whole or not at all.
 */
async function verify(
  causeway: Causeway,
  known: Map<string, Known>,
  keys: Iterable<string>,
): Promise<string[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  const wrong: string[] = [];
  const left = [...keys];
  async function reader(): Promise<void> {
    for (let key = left.pop(); key !== undefined; key = left.pop()) {
      const { certain, possible } = known.get(key) ?? { certain: undefined, possible: [] };
      const { status, body } = await send(causeway, { method: 'GET', key, agent });
      const candidates = certain === undefined ? possible : [certain, ...possible];
      const found = candidates.find((write) => status === 200 && isWrite(body, write));
      if (status === 404 && certain === undefined) {
        known.delete(key);
      } else if (found === undefined) {
        wrong.push(`${key}: ${status}, ${body.length} bytes; ${JSON.stringify(candidates)}`);
      } else {
        known.set(key, { certain: found, possible: [] });
      }
    }
  }
  await Promise.all(Array.from({ length: 16 }, reader));
  agent.destroy();
  return wrong;
}

/** Sends PUTs all at once and kills the server after `killAfter` answers and `waitMs` more. */
async function putUntilKilled(
  causeway: Causeway,
  writes: ReadonlyMap<string, Write>,
  known: Map<string, Known>,
  kill: { readonly afterAnswers: number; readonly waitMs: number },
): Promise<{ acknowledged: number; cutOff: number; other: number }> {
  const agent = new Agent({ keepAlive: true, maxSockets: writes.size });
  const outcome = { acknowledged: 0, cutOff: 0, other: 0 };
  let answers = 0;
  let reached = (): void => {};
  const enough = new Promise<void>((resolve) => (reached = resolve));
  const puts = [...writes].map(async ([key, write]) => {
    const entry: Known = { certain: known.get(key)?.certain, possible: [write] };
    known.set(key, entry);
    try {
      const body = bytesOf(write.size, write.seed);
      const { status } = await send(causeway, { method: 'PUT', key, body, agent });
      if (status === 200) {
        known.set(key, { certain: write, possible: [] });
        outcome.acknowledged += 1;
      } else {
        outcome.other += 1;
      }
    } catch {
      // The kill: no answer, so the write may or may not have happened.
      outcome.cutOff += 1;
    }
    answers += 1;
    if (answers >= kill.afterAnswers) {
      reached();
    }
  });
  await enough;
  await sleep(kill.waitMs);
  await causeway.kill();
  await Promise.all(puts);
  agent.destroy();
  return outcome;
}

async function listed(causeway: Causeway): Promise<Map<string, number>> {
  const client = sdk(causeway);
  const found = new Map<string, number>();
  for await (const page of s3.paginateListObjectsV2({ client }, { Bucket: bucket })) {
    for (const { Key = '', Size = -1 } of page.Contents ?? []) {
      found.set(Key, Size);
    }
  }
  client.destroy();
  return found;
}

test(
  'killed twenty times under a thousand PUTs at once, it loses nothing acknowledged',
  { timeout: 240_000 },
  async () => {
    const seed = Number(process.env['CAUSEWAY_CRASH_SEED'] ?? randomInt(2 ** 31));
    const roll = dice(seed);
    const folder = await temporaryFolder();
    const known = new Map<string, Known>();
    const total = { acknowledged: 0, cutOff: 0, other: 0 };
    let causeway = await startCauseway({ data: folder.path, workers: 2 });
    try {
      const client = sdk(causeway);
      await client.send(new s3.CreateBucketCommand({ Bucket: bucket }));
      client.destroy();

      for (let round = 0; round < rounds; round += 1) {
        const old = [...known.keys()];
        const writes = new Map<string, Write>();
        for (let at = 0; at < putsPerRound; at += 1) {
          // Every third PUT goes to a key that is there already: the old bytes or the new ones.
          const again = at % 3 === 0 ? old[roll(Math.max(old.length, 1))] : undefined;
          const size = sizes[roll(sizes.length)] ?? 0;
          writes.set(again ?? `r${round}/${at}`, { seed: round * putsPerRound + at, size });
        }
        const kill = { afterAnswers: roll(writes.size * 0.9), waitMs: roll(25) };
        const outcome = await putUntilKilled(causeway, writes, known, kill);
        total.acknowledged += outcome.acknowledged;
        total.cutOff += outcome.cutOff;
        total.other += outcome.other;

        causeway = await startCauseway({ data: folder.path, workers: 2 });
        const wrong = await verify(causeway, known, writes.keys());
        expect(wrong, `seed ${seed}, round ${round}`).toEqual([]);
      }

      // Nothing else is there, and what earlier rounds left is still whole after all later crashes.
      const expected = new Map([...known].map(([key, { certain }]) => [key, certain?.size]));
      expect(await listed(causeway), `seed ${seed}`).toEqual(expected);
      expect(await verify(causeway, known, known.keys()), `seed ${seed}`).toEqual([]);
      // The kills did hit writes under way; else this test would prove nothing.
      expect(total.other).toBe(0);
      expect(total.cutOff).toBeGreaterThan(rounds);
      expect(total.acknowledged).toBeGreaterThan(rounds);
    } finally {
      await causeway.kill();
      await folder.remove();
    }
    process.stdout.write(
      `crash: seed ${seed}, ${rounds} kills, ${total.acknowledged} acknowledged, ${total.cutOff} cut off\n`,
    );
  },
);

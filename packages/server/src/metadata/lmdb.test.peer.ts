import { Buffer } from 'node:buffer';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import type { MetadataEngine } from './engine.ts';
import { openLmdb } from './lmdb.ts';

/*
 * The other process of the tests of the LMDB engine: `node lmdb.test.peer.js directory task name`.
 * It says `ready`, and then what its task says.
 */

/** What a test and its peer say to each other. */
export interface PeerMessage {
  readonly kind: 'ready' | 'write' | 'written' | 'acknowledged' | 'done';
  readonly count: number;
}

const say = (message: PeerMessage): void => void process.send?.(message);
const rowOf = (name: string, count: number) => Buffer.from(`${name} ${count}`);

/** Answers each message with a check that the other's row is visible, and a row of its own. */
function pingPong(engine: MetadataEngine): void {
  process.on('message', ({ count }: PeerMessage) => {
    void (async () => {
      const seen = await engine.get(rowOf('ping', count));
      const found = await engine.scan({
        from: rowOf('ping', count),
        until: Buffer.from('pinh'),
        limit: 1,
      });
      if (seen === undefined || found.length !== 1) throw new Error(`did not see ping ${count}`);
      const result = await engine.commit({
        checks: [{ key: rowOf('ping', count), value: seen }],
        puts: [{ key: rowOf('pong', count), value: seen }],
      });
      if (!result.ok) throw new Error(`ping ${count} was judged by an old state`);
      say({ kind: 'written', count });
    })();
  });
}

/** Commits the row that it is told, and makes a file when it is durable. */
function mark(engine: MetadataEngine, directory: string): void {
  process.on('message', ({ count }: PeerMessage) => {
    void (async () => {
      const value = Buffer.of(count);
      await engine.commit({ puts: [{ key: rowOf('marked', count), value }] });
      writeFileSync(join(directory, String(count)), '');
    })();
  });
}

/** Commits for ever, from several writers, and acknowledges each commit after it resolved. */
async function commitForEver(engine: MetadataEngine, name: string): Promise<void> {
  let next = 0;
  const writer = async (): Promise<void> => {
    for (;;) {
      const count = next++;
      const key = rowOf(name, count);
      const value = Buffer.alloc(count % 5000, count);
      await engine.commit({ checks: [{ key, value: undefined }], puts: [{ key, value }] });
      say({ kind: 'acknowledged', count });
      await turn();
    }
  };
  await Promise.all(Array.from({ length: 8 }, writer));
}

/** Adds 1 to a shared counter as often as it is asked to. */
async function increment(engine: MetadataEngine, times: number): Promise<void> {
  const key = Buffer.from('counter');
  for (let done = 0; done < times;) {
    const value = await engine.get(key);
    const sum = Buffer.from(String(Number(Buffer.from(value ?? '0').toString()) + 1));
    const checks = [{ key, value }];
    if ((await engine.commit({ checks, puts: [{ key, value: sum }] })).ok) done++;
  }
  say({ kind: 'done', count: times });
  await engine.close();
  process.disconnect();
}

const [, , directory = '', task = '', argument = ''] = process.argv;
const engine = openLmdb(directory);
say({ kind: 'ready', count: 0 });
if (task === 'ping-pong') pingPong(engine);
else if (task === 'mark') mark(engine, directory);
else if (task === 'commit') await commitForEver(engine, argument);
else await increment(engine, Number(argument));

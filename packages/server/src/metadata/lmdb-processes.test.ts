import { Buffer } from 'node:buffer';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { MetadataEngine } from './engine.ts';
import { openLmdb } from './lmdb.ts';
import type { PeerMessage } from './lmdb.test.peer.ts';

const peerPath = fileURLToPath(new URL('./lmdb.test.peer.js', import.meta.url));
const state: { directory: string; engine?: MetadataEngine; readonly peers: ChildProcess[] } = {
  directory: '',
  peers: [],
};

beforeEach(async () => {
  state.directory = await mkdtemp(join(tmpdir(), 'causeway-lmdb-'));
});

afterEach(async () => {
  for (const peer of state.peers.splice(0)) peer.kill('SIGKILL');
  await state.engine?.close();
  await rm(state.directory, { recursive: true, force: true });
});

function open(): MetadataEngine {
  state.engine = openLmdb(state.directory);
  return state.engine;
}

interface Peer {
  readonly process: ChildProcess;
  /** The next thing that it says. */
  next(): Promise<PeerMessage>;
}

/** Another process on the same directory. */
function startPeer(task: string, argument = ''): Peer {
  const peer = fork(peerPath, [state.directory, task, argument], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  state.peers.push(peer);
  const said: PeerMessage[] = [];
  let wake: (() => void) | undefined;
  peer.on('message', (message: PeerMessage) => {
    said.push(message);
    wake?.();
  });
  peer.on('exit', () => wake?.());
  return {
    process: peer,
    async next() {
      for (;;) {
        const message = said.shift();
        if (message !== undefined) return message;
        if (peer.exitCode !== null) throw new Error(`the peer ended with ${peer.exitCode}`);
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}

test('what one process committed the other sees at once, in both directions', async () => {
  const engine = open();
  const peer = startPeer('ping-pong');
  await peer.next();
  for (let count = 0; count < 300; count++) {
    const ping = Buffer.from(`ping ${count}`);
    await engine.commit({ puts: [{ key: ping, value: Buffer.from(String(count)) }] });
    // A snapshot of now, which must not serve the reads after the answer.
    await engine.get(ping);
    peer.process.send({ kind: 'write', count } satisfies PeerMessage);
    await peer.next();
    const pong = await engine.get(Buffer.from(`pong ${count}`));
    expect(Buffer.from(pong ?? '').toString()).toBe(String(count));
  }
});

test('a read does not use the snapshot of an earlier read of the same turn', async () => {
  const engine = open();
  const peer = startPeer('mark');
  await peer.next();
  for (let count = 0; count < 20; count++) {
    const key = Buffer.from(`marked ${count}`);
    const mark = join(state.directory, String(count));
    const scan = { from: key, until: Buffer.from(`marked ${count}\0`), limit: 1 };
    // All of this happens before a timer can run, as when two requests come in one read.
    const reads = (): Promise<unknown>[] => [engine.get(key), engine.scan(scan)];
    const before = reads();
    peer.process.send({ kind: 'write', count } satisfies PeerMessage);
    const deadline = Date.now() + 5000;
    while (!existsSync(mark) && Date.now() < deadline);
    const after = reads();
    expect(await Promise.all(before)).toEqual([undefined, []]);
    expect(await Promise.all(after)).toEqual([
      Buffer.of(count),
      [{ key, value: Buffer.of(count) }],
    ]);
  }
});

test('racing increments of three processes lose none', async () => {
  const engine = open();
  const peers = Array.from({ length: 3 }, () => startPeer('increment', '150'));
  for (const peer of peers) {
    expect((await peer.next()).kind).toBe('ready');
    expect((await peer.next()).kind).toBe('done');
  }
  const counter = await engine.get(Buffer.from('counter'));
  expect(Buffer.from(counter ?? '').toString()).toBe('450');
});

test('a process that is killed while it writes loses nothing that it acknowledged', async () => {
  let engine = open();
  for (let round = 0; round < 8; round++) {
    const name = `round ${round}`;
    const peer = startPeer('commit', name);
    await peer.next();
    const acknowledged = new Set<number>();
    peer.process.on('message', (message: PeerMessage) => acknowledged.add(message.count));
    const enough = 20 + Math.floor(Math.random() * 400);
    while (acknowledged.size < enough) await peer.next();
    peer.process.kill('SIGKILL');
    await once(peer.process, 'exit');
    // The living must neither wait for the lock of the dead nor have a stale view; and who opens
    // the directory afterwards finds the same.
    await engine.commit({ puts: [{ key: Buffer.from(`alive ${round}`), value: Buffer.of(1) }] });
    if (round % 2 === 1) {
      await engine.close();
      engine = open();
    }
    for (const count of acknowledged) {
      const value = await engine.get(Buffer.from(`${name} ${count}`));
      expect(value === undefined ? 'lost' : value.length).toBe(count % 5000);
    }
  }
});

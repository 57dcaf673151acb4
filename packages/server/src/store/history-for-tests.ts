import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import { createReaper } from '../background/reaper.ts';
import type { DataEngine } from '../data/engine.ts';
import { limits } from '../limits.ts';
import type { MetadataEngine } from '../metadata/engine.ts';
import { createStore } from './create-store.ts';
import {
  type Place,
  requireKey,
  requireListing,
  requireUploads,
  requireVersions,
} from './history-checks-for-tests.ts';
import { Dice, historyKeys } from './history-dice-for-tests.ts';
import { BucketModel } from './history-model-for-tests.ts';
import * as steps from './history-steps-for-tests.ts';
import type { Store } from './store.ts';
import { audit } from './uploads-for-tests.ts';

/** Two engines, and how to end them. What was stored is there again when they are opened anew. */
export interface EnginePair {
  readonly metadata: MetadataEngine;
  readonly data: DataEngine;
  close(): Promise<void>;
}

export interface History {
  readonly steps: number;
  readonly seed: number;
  readonly open: () => Promise<EnginePair>;
}

/**
 * Does what clients do, by chance, and compares each answer with a model in memory; in between the
 * reaper removes what is due, and the engines are closed and opened again. Rejects at the first
 * difference, with the step's number.
 *
 * @returns how often each kind of step was done
 */
export async function runHistory(history: History): Promise<ReadonlyMap<string, number>> {
  const run = await HistoryRun.begin(history);
  const counts = new Map<string, number>();
  for (let step = 0; step < history.steps; step += 1) {
    const kind = run.chooseKind();
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
    try {
      await run.perform(kind);
    } catch (cause) {
      throw new Error(`step ${step}, ${kind}: ${String(cause)}`, { cause });
    }
  }
  await run.finish();
  return counts;
}

const weights = {
  put: 20,
  remove: 8,
  'remove version': 10,
  copy: 8,
  tag: 6,
  append: 5,
  rename: 4,
  'begin upload': 5,
  'put part': 12,
  complete: 6,
  abort: 2,
  read: 15,
  list: 6,
  'list versions': 6,
  'list uploads': 3,
  versioning: 1,
  reap: 2,
  restart: 0.1,
} as const;

type Kind = keyof typeof weights;

const kinds = Object.keys(weights).filter((kind): kind is Kind => Object.hasOwn(weights, kind));
const weightOfAll = kinds.reduce((sum, kind) => sum + weights[kind], 0);

class HistoryRun {
  readonly #history: History;
  readonly #models = [
    new BucketModel('never'),
    new BucketModel('kept'),
    new BucketModel('changing'),
  ] as const;
  readonly #clock = { nowMs: Date.UTC(2026, 0, 1) };
  readonly #blobs = new Set<string>();
  readonly #dice: Dice;
  #engines: EnginePair;
  #store: Store;

  private constructor(history: History, engines: EnginePair) {
    this.#history = history;
    this.#dice = new Dice(history.seed);
    this.#engines = engines;
    this.#store = this.#over(engines);
  }

  static async begin(history: History): Promise<HistoryRun> {
    const run = new HistoryRun(history, await history.open());
    for (const { name } of run.#models) {
      await run.#store.buckets.create({ name, region: 'us-east-1', owner: 'owner' });
    }
    await run.#setVersioning('kept', 'Enabled');
    return run;
  }

  #over({ metadata, data }: EnginePair): Store {
    return createStore({
      metadata,
      data: this.#counted(data),
      now: () => this.#clock.nowMs,
      random: randomBytes,
      partBytesMin: 1,
    });
  }

  #counted(data: DataEngine): DataEngine {
    return {
      write: async (source, signal) => {
        const blob = await data.write(source, signal);
        this.#blobs.add(blob.id);
        return blob;
      },
      read: (blob, range, signal) => data.read(blob, range, signal),
      remove: async (id) => {
        await data.remove(id);
        this.#blobs.delete(id);
      },
      close: () => data.close(),
    };
  }

  chooseKind(): Kind {
    let left = (this.#dice.roll(1_000_000) / 1_000_000) * weightOfAll;
    for (const kind of kinds) {
      left -= weights[kind];
      if (left < 0) return kind;
    }
    return 'read';
  }

  async perform(kind: Kind): Promise<void> {
    // A clock that stands still, or goes back, changes nothing.
    this.#clock.nowMs += this.#dice.roll(3) - 1;
    const model = this.#dice.one(this.#models);
    const place = await this.#place(model);
    switch (kind) {
      case 'put':
        return steps.put(place, this.#dice);
      case 'remove':
        return steps.remove(place, this.#dice);
      case 'remove version':
        return steps.removeVersion(place, this.#dice);
      case 'copy':
        return steps.copy(place, this.#dice, await this.#place(this.#dice.one(this.#models)));
      case 'tag':
        return steps.tag(place, this.#dice);
      case 'append':
        return steps.append(place, this.#dice);
      case 'rename':
        return steps.rename(place, this.#dice);
      case 'begin upload':
        return steps.beginUpload(place, this.#dice);
      case 'put part':
        return steps.putPart(place, this.#dice);
      case 'complete':
        return steps.complete(place, this.#dice);
      case 'abort':
        return steps.abort(place, this.#dice);
      case 'read':
        return steps.readOne(place, this.#dice);
      case 'list':
        return requireListing(place, this.#dice.query());
      case 'list versions':
        return requireVersions(place, this.#dice.query());
      case 'list uploads':
        return requireUploads(place, this.#dice.query());
      case 'versioning':
        return this.#setVersioning('changing', this.#dice.one(['Enabled', 'Suspended'] as const));
      case 'reap':
        return this.#reap(this.#dice.one([1000, limits.garbageGraceMs]));
      case 'restart':
        return this.#restart();
      default:
        return kind satisfies never;
    }
  }

  /** Everything once more, and nothing that should be gone. */
  async finish(): Promise<void> {
    for (const model of this.#models) {
      const place = await this.#place(model);
      for (const key of historyKeys) await requireKey(place, key);
      await requireListing(place, this.#dice.query());
      await requireVersions(place, this.#dice.query());
      await requireUploads(place, this.#dice.query());
    }
    await this.#reap(limits.garbageDoubtMs);
    assert.deepEqual(await audit(this.#engines.metadata), []);
    await this.#requireNoLeak();
    await this.#engines.close();
  }

  async #requireNoLeak(): Promise<void> {
    const all = { from: Buffer.of(0), until: Buffer.of(0xff), limit: 1_000_000 };
    const rows = await this.#engines.metadata.scan(all);
    const text = Buffer.concat(rows.map(({ value }) => value)).toString('latin1');
    const leaked = [...this.#blobs].filter((id) => !text.includes(id));
    assert.deepEqual(leaked, []);
  }

  async #setVersioning(name: string, versioning: 'Enabled' | 'Suspended'): Promise<void> {
    const model = this.#models.find((each) => each.name === name);
    assert.ok(model);
    assert.ok(
      await this.#store.buckets.configure((await this.#place(model)).bucket, { versioning }),
    );
    model.versioning = versioning;
  }

  async #reap(laterMs: number): Promise<void> {
    this.#clock.nowMs += laterMs;
    const reaper = createReaper({
      metadata: this.#engines.metadata,
      data: this.#counted(this.#engines.data),
      now: () => this.#clock.nowMs,
      onFailure: (error) => {
        throw error;
      },
    });
    while ((await reaper.round()) > 0);
  }

  async #restart(): Promise<void> {
    await this.#engines.close();
    this.#engines = await this.#history.open();
    this.#store = this.#over(this.#engines);
  }

  async #place(model: BucketModel): Promise<Place> {
    const bucket = await this.#store.buckets.find(model.name);
    assert.ok(bucket, `the bucket ${model.name}`);
    return { store: this.#store, model, bucket };
  }
}

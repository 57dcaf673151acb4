import { Buffer } from 'node:buffer';
import type { Bytes, CommitResult, Entry, KeyRange, MetadataEngine } from './engine.ts';

/* How the tests of the metadata port write rows down and look at them. */

export const bytes = (text: string): Bytes => Buffer.from(text, 'utf8');

export const hex = (value: Bytes): string => Buffer.from(value).toString('hex');

/** Readable in a failure, and not fooled by what `toEqual` thinks of buffers. */
export const plain = (entries: readonly Entry[]): string[] =>
  entries.map(({ key, value }) => `${hex(key)}=${hex(value)}`);

export const everything: KeyRange = {
  from: new Uint8Array(0),
  until: new Uint8Array(64).fill(0xff),
};

export const all = (engine: MetadataEngine): Promise<readonly Entry[]> =>
  engine.scan({ ...everything, limit: 100_000 });

export const written: CommitResult = { ok: true };

import assert from 'node:assert/strict';
import type { ByteStream } from '../http/request.ts';
import type { DataEngine } from '../data/engine.ts';
import type { Bytes, Entry, MetadataEngine } from '../metadata/engine.ts';
import { EngineError } from '../engine-error.ts';
import { limits } from '../limits.ts';
import { chain, startStream } from './chain.ts';
import type { Content, ContentChange, Contents, ObjectContent } from './content.ts';
import { garbageEntry, type Garbage } from './garbage.ts';
import type { Ids } from './ids.ts';
import { contentKey } from './keyspace.ts';
import { slicesOf, type Slice } from './slices.ts';

const noChange: ContentChange = { puts: [], deletes: [] };

/** Contents over the two engines: small ones in rows, large ones in blobs. */
export function createContents(engines: {
  readonly metadata: MetadataEngine;
  readonly data: DataEngine;
  readonly ids: Ids;
  readonly now: () => number;
}): Contents {
  const { metadata, data, ids, now } = engines;

  async function queue(garbage: Garbage): Promise<void> {
    try {
      await metadata.commit({ puts: [garbageEntry(garbage, now())] });
    } catch {
      // Nothing names the blob, so nobody can observe it: it costs room and nothing else. The error
      // that led here is on its way to the client.
    }
  }

  /** The bytes of a slice, its first chunk in hand. */
  function start(
    { content, range }: Slice,
    signal?: AbortSignal,
  ): Promise<AsyncIterator<Uint8Array>> {
    if (content.kind === 'row') {
      return startStream(rowChunks(metadata, content, range.start, range.end));
    }
    const whole = range.start === 0 && range.end === content.sizeBytes;
    return startStream(data.read(content, whole ? undefined : range, signal));
  }

  return {
    hold(value) {
      const sizeBytes = value.length;
      assert(sizeBytes <= limits.inlineBytesMax);
      if (sizeBytes === 0) return { content: { kind: 'row', id: '', sizeBytes }, change: noChange };
      const id = ids.content();
      const put: Entry = { key: contentKey(id), value };
      return { content: { kind: 'row', id, sizeBytes }, change: { puts: [put], deletes: [] } };
    },

    async write(source, sizeBytes, signal) {
      const blob = await data.write(source, signal);
      assert(
        sizeBytes === undefined || blob.sizeBytes === sizeBytes,
        'a blob has the size that its body was checked to have',
      );
      return {
        content: { kind: 'blob', id: blob.id, sizeBytes: blob.sizeBytes },
        change: noChange,
      };
    },

    discard: (contents) => discardAt(contents, now()),

    async abandon(content) {
      if (content.kind === 'row') return;
      try {
        await data.remove(content.id);
      } catch {
        await queue({ kind: 'blob', name: content.id });
      }
    },

    async doubt(content, holder) {
      if (content.kind === 'blob') await queue({ kind: 'doubt', name: content.id, holder });
    },

    async read(contents, range, signal) {
      const slices = slicesOf(contents, range);
      return chain(slices, (slice) => start(slice, signal));
    },
  };
}

/** `Contents.discard` at a given time. */
export function discardAt(contents: readonly ObjectContent[], nowMs: number): ContentChange {
  const puts: Entry[] = [];
  const deletes: Bytes[] = [];
  for (const content of contents) {
    if (content.kind !== 'row') {
      puts.push(garbageEntry({ kind: content.kind, name: content.id }, nowMs));
    } else if (content.sizeBytes > 0) deletes.push(contentKey(content.id));
  }
  return { puts, deletes };
}

/** The bytes of a content that lies in a row; undefined: it was unlinked meanwhile. */
export async function readRow(
  metadata: MetadataEngine,
  content: Content,
): Promise<Bytes | undefined> {
  if (content.sizeBytes === 0) return new Uint8Array(0);
  const value = await metadata.get(contentKey(content.id));
  if (value !== undefined && value.length !== content.sizeBytes) {
    throw new EngineError('corrupt', `content ${content.id} has not the size of its object`);
  }
  return value;
}

async function* rowChunks(
  metadata: MetadataEngine,
  content: Content,
  start: number,
  end: number,
): ByteStream {
  const value = await readRow(metadata, content);
  if (value === undefined) throw new EngineError('missing', `content ${content.id} is gone`);
  yield value.subarray(start, end);
}

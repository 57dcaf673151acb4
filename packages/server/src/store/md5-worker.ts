import { createHash, type Hash } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';

/** What the thread shares with its owner: the memory that both see. */
export interface Md5WorkerData {
  readonly memory: SharedArrayBuffer;
  readonly segmentBytes: number;
}

/** `hash`: digest `length` bytes of a segment as the next of a stream, then give the segment back.
 * `finish`: answer the stream's MD5. `cancel`: forget the stream. */
export type Md5Job =
  | {
      readonly kind: 'hash';
      readonly stream: number;
      readonly segment: number;
      readonly length: number;
    }
  | { readonly kind: 'finish' | 'cancel'; readonly stream: number };

export type Md5Report =
  | { readonly kind: 'free'; readonly segment: number }
  | { readonly kind: 'done'; readonly stream: number; readonly md5: string };

// Imported by its types alone this module runs nowhere; as a thread it has a parent.
const port = parentPort;
if (port !== null) {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what `md5-thread.ts` passed
  const { memory, segmentBytes } = workerData as Md5WorkerData;
  const streams = new Map<number, Hash>();

  port.on('message', (job: Md5Job) => {
    const hash = streams.get(job.stream) ?? createHash('md5');
    switch (job.kind) {
      case 'hash':
        hash.update(new Uint8Array(memory, job.segment * segmentBytes, job.length));
        streams.set(job.stream, hash);
        report({ kind: 'free', segment: job.segment });
        break;
      case 'finish':
        streams.delete(job.stream);
        report({ kind: 'done', stream: job.stream, md5: hash.digest('hex') });
        break;
      case 'cancel':
        streams.delete(job.stream);
        break;
    }
  });
}

function report(message: Md5Report): void {
  port?.postMessage(message);
}

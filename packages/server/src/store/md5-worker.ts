import { createHash, type Hash } from 'node:crypto';
import { parentPort } from 'node:worker_threads';

/** `hash`: digest the first `length` bytes of a segment as the next of a stream, then give the
 * segment back. `finish`: answer the stream's MD5. `cancel`: forget the stream. */
export type Md5Job =
  | {
      readonly kind: 'hash';
      readonly stream: number;
      readonly segment: ArrayBuffer;
      readonly length: number;
    }
  | { readonly kind: 'finish' | 'cancel'; readonly stream: number };

export type Md5Report =
  | { readonly kind: 'free'; readonly segment: ArrayBuffer }
  | { readonly kind: 'done'; readonly stream: number; readonly md5: string };

// Imported by its types alone this module runs nowhere; as a thread it has a parent.
if (parentPort !== null) {
  const port = parentPort;
  const streams = new Map<number, Hash>();
  const report = (message: Md5Report, transfer: readonly ArrayBuffer[] = []): void => {
    port.postMessage(message, [...transfer]);
  };

  port.on('message', (job: Md5Job) => {
    const hash = streams.get(job.stream) ?? createHash('md5');
    switch (job.kind) {
      case 'hash':
        hash.update(new Uint8Array(job.segment, 0, job.length));
        streams.set(job.stream, hash);
        report({ kind: 'free', segment: job.segment }, [job.segment]);
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

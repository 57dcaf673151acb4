import type { Config } from './config.ts';
import type { Measurements } from './observe/metrics.ts';

/** What the supervisor says to a worker. */
export type ToWorker =
  /** `background`: this worker also does what nobody waits for. */
  | { readonly kind: 'start'; readonly config: Config; readonly background: boolean }
  | { readonly kind: 'measure'; readonly ask: number }
  | { readonly kind: 'measured'; readonly ask: number; readonly all: readonly Measurements[] }
  | { readonly kind: 'drain' };

/** What a worker says to the supervisor. */
export type FromWorker =
  | { readonly kind: 'ready' }
  | {
      readonly kind: 'listening';
      readonly url: string;
      readonly host: string;
      readonly port: number;
    }
  | { readonly kind: 'failed'; readonly message: string }
  /** The numbers of this worker, asked for by the supervisor. */
  | { readonly kind: 'measurements'; readonly ask: number; readonly own: Measurements }
  /** A scrape came to this worker: it wants the numbers of all. */
  | { readonly kind: 'measure-all'; readonly ask: number };

import type { Measurements } from './observe/metrics.ts';

/** A server that listens, in one process or in several. */
export interface RunningServer {
  readonly url: string;
  readonly host: string;
  readonly port: number;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Whether this start made the credentials: then they are worth showing. */
  readonly credentialsMade: boolean;
  /** Rejects when the server cannot go on. */
  readonly failed: Promise<never>;
  /** Stops accepting, finishes what is under way, closes the engines. */
  close(): Promise<void>;
}

/** One process of it. */
export interface AssembledServer extends RunningServer {
  /** What this process counted. */
  measurements(): Measurements;
}

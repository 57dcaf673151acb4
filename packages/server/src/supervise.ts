import cluster, { type Worker } from 'node:cluster';
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { rootKeys } from './auth/root-credentials.ts';
import { configuredKeys, type Config } from './config.ts';
import { limits } from './limits.ts';
import type { Measurements } from './observe/metrics.ts';
import type { FromWorker, ToWorker } from './process-messages.ts';
import type { RunningServer } from './running-server.ts';

/**
 * Request bodies lie outside of V8's heap and count against it. Sized for our small heap, its limit
 * was reached once per 64 MiB received, and each time all of the heap was marked: a tenth of the
 * server's time under uploads. Room is reserved and not used, so memory at rest stays.
 */
const heapFlags = ['--initial-heap-size=256', '--max-semi-space-size=32', '--expose-gc'];

/** A worker that dies sooner than this after its start was not killed by bad luck. */
const shortLifeMs = 2_000;
const shortLivesMax = 5;

/**
 * Runs `config.workers` processes over one data directory and one port. This process itself only
 * starts them, replaces one that dies, and passes on the end; it stays small on purpose.
 */
export async function supervise(config: Config): Promise<RunningServer> {
  await mkdir(config.data, { recursive: true, mode: 0o700 });
  const { keys, made } = await rootKeys(config.data, configuredKeys(config));
  cluster.setupPrimary({
    exec: fileURLToPath(new URL('./worker.js', import.meta.url)),
    args: [],
    execArgv: [...process.execArgv, ...heapFlags],
  });

  const crew = new Crew(config);
  const first = await crew.start().catch(async (error: unknown) => {
    await crew.drain();
    throw error;
  });
  return {
    url: first.url,
    host: first.host,
    port: first.port,
    ...keys,
    credentialsMade: made,
    failed: crew.failed,
    close: () => crew.drain(),
  };
}

/** What a worker does beside answering requests; whoever replaces it does the same. */
interface Duty {
  readonly background: boolean;
}

type Listening = Extract<FromWorker, { kind: 'listening' }>;

/** The workers of one server. */
class Crew {
  readonly #config: Config;
  readonly #workers = new Set<Worker>();
  readonly #scrapes = new Map<number, (own: Measurements) => void>();
  readonly failed: Promise<never>;
  #fail: (error: Error) => void = () => undefined;
  #draining = false;
  #shortLives = 0;
  #asked = 0;

  constructor(config: Config) {
    this.#config = config;
    this.failed = new Promise<never>((_, reject) => {
      this.#fail = reject;
    });
    // Nobody may be listening yet; whoever awaits it still sees the rejection.
    this.failed.catch(() => undefined);
  }

  async start(): Promise<Listening> {
    const starts = Array.from({ length: this.#config.workers }, (_, index) =>
      this.#hire({ background: index === 0 }),
    );
    const [first] = await Promise.all(starts);
    if (first === undefined) throw new RangeError('a server needs a worker');
    return first;
  }

  async drain(): Promise<void> {
    this.#draining = true;
    const gone = [...this.#workers].map(
      (worker) =>
        new Promise<void>((resolve) => {
          const cut = setTimeout(
            () => worker.process.kill('SIGKILL'),
            limits.shutdownGraceMs + 2_000,
          );
          worker.once('exit', () => {
            clearTimeout(cut);
            resolve();
          });
          tell(worker, { kind: 'drain' });
        }),
    );
    await Promise.all(gone);
  }

  #hire(duty: Duty): Promise<Listening> {
    const config = this.#config;
    const worker = cluster.fork();
    const bornMs = performance.now();
    this.#workers.add(worker);
    return new Promise<Listening>((resolve, reject) => {
      worker.on('message', (message: FromWorker) => {
        if (message.kind === 'ready') tell(worker, { kind: 'start', config, ...duty });
        else if (message.kind === 'listening') resolve(message);
        else if (message.kind === 'failed') reject(new Error(message.message));
        else if (message.kind === 'measurements') this.#scrapes.get(message.ask)?.(message.own);
        else void this.#measure(worker, message.ask);
      });
      worker.once('exit', (code, signal) => {
        this.#workers.delete(worker);
        reject(new Error(`a worker ended before it listened (${signal ?? code})`));
        if (!this.#draining) this.#replace(duty, performance.now() - bornMs);
      });
    });
  }

  #replace(duty: Duty, livedMs: number): void {
    this.#shortLives = livedMs < shortLifeMs ? this.#shortLives + 1 : 0;
    if (this.#shortLives > shortLivesMax) {
      this.#fail(new Error(`workers keep ending within ${shortLifeMs} ms of their start`));
      return;
    }
    this.#hire(duty).catch(() => undefined);
  }

  /** Gathers the numbers of all workers for the one that was scraped. */
  async #measure(asker: Worker, ask: number): Promise<void> {
    const all = await Promise.all([...this.#workers].map((worker) => this.#ask(worker)));
    tell(asker, { kind: 'measured', ask, all: all.filter((m) => m !== undefined) });
  }

  #ask(worker: Worker): Promise<Measurements | undefined> {
    const ask = this.#asked++;
    return new Promise((resolve) => {
      const late = setTimeout(() => {
        this.#scrapes.delete(ask);
        resolve(undefined);
      }, limits.scrapeTimeoutMs);
      this.#scrapes.set(ask, (own) => {
        clearTimeout(late);
        this.#scrapes.delete(ask);
        resolve(own);
      });
      tell(worker, { kind: 'measure', ask });
    });
  }
}

function tell(worker: Worker, message: ToWorker): void {
  if (worker.isConnected()) worker.send(message);
}

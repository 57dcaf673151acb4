import { connect, type Socket } from 'node:net';
import { Histogram } from './histogram.ts';
import { buildRequests, type LoadPlan, type WireRequest } from './plan.ts';
import { ResponseParser, type ResponseSummary } from './response.ts';

/** Servers close idle connections, some after 5 s: older ones are opened anew before a run. */
const freshMs = 3000;
/** Nothing answered for so long: the run fails instead of hanging. */
const stallMs = 120_000;

/** When a run ends: whichever comes first, but never before one operation. */
export interface RunLimit {
  readonly durationMs: number;
  readonly operationsMax: number;
}

export interface LoadResult {
  readonly operations: number;
  /** Bytes of bodies, in the direction in which the case sends them. */
  readonly bytes: number;
  readonly elapsedMs: number;
  /** `Histogram.toCounts()`. */
  readonly latencies: Uint32Array;
  readonly failures: number;
  readonly firstFailure: string;
  /** User and system time of this process. */
  readonly clientCpuMs: number;
}

/** Every socket reads into the same memory: a read is looked at before the next one happens. */
const readBuffer = Buffer.allocUnsafeSlow(256 * 1024);

/** A state of one run that its connections share. */
interface Run {
  readonly limit: RunLimit;
  readonly deadline: number;
  readonly latencies: Histogram;
  issued: number;
  operations: number;
  bytes: number;
  failures: number;
  firstFailure: string;
  lastAt: number;
  open: number;
  readonly finished: () => void;
}

/**
 * A closed loop over raw sockets: each connection sends a request that was built beforehand, waits
 * for its response, sends the next. It is written to cost next to nothing, because it shares the
 * processors with the server that it measures.
 */
export class LoadClient {
  readonly #plan: LoadPlan;
  readonly #requests: readonly WireRequest[];
  #connections: Connection[] = [];
  #usedAt = 0;

  constructor(plan: LoadPlan) {
    this.#plan = plan;
    this.#requests = buildRequests(plan, new Date());
  }

  /** Opens the connections, unless they are open and were just used. Not part of the timed run. */
  async connect(): Promise<void> {
    const fresh = performance.now() - this.#usedAt < freshMs;
    const usable = this.#connections.filter((connection) => connection.usable);
    if (fresh && usable.length === this.#plan.connections) return;
    this.close();
    this.#connections = await Promise.all(
      Array.from({ length: this.#plan.connections }, () => Connection.open(this.#plan)),
    );
    this.#usedAt = performance.now();
  }

  /** @throws Error when the server answers nothing for two minutes. */
  async run(limit: RunLimit): Promise<LoadResult> {
    const cpu = process.cpuUsage();
    const startedAt = performance.now();
    let timer: NodeJS.Timeout | undefined;
    const run = await new Promise<Run>((resolve, reject) => {
      const run: Run = {
        limit,
        deadline: startedAt + limit.durationMs,
        latencies: new Histogram(),
        issued: 0,
        operations: 0,
        bytes: 0,
        failures: 0,
        firstFailure: '',
        lastAt: startedAt,
        open: this.#connections.length,
        finished: () => resolve(run),
      };
      timer = setTimeout(
        () => reject(new Error('the server stopped answering')),
        limit.durationMs + stallMs,
      );
      for (const connection of this.#connections) connection.start(run, this.#requests);
    }).finally(() => clearTimeout(timer));
    this.#usedAt = performance.now();
    const used = process.cpuUsage(cpu);
    return {
      operations: run.operations,
      bytes: run.bytes,
      elapsedMs: run.lastAt - startedAt,
      latencies: run.latencies.toCounts(),
      failures: run.failures,
      firstFailure: run.firstFailure,
      clientCpuMs: (used.user + used.system) / 1000,
    };
  }

  close(): void {
    for (const connection of this.#connections) connection.close();
    this.#connections = [];
  }
}

class Connection {
  readonly #plan: LoadPlan;
  readonly #socket: Socket;
  readonly #parser: ResponseParser;
  #requests: readonly WireRequest[] = [];
  #run: Run | undefined;
  #startedAt = 0;
  /** The part of the body that is not written yet. */
  #block: Buffer | undefined;
  #blocksLeft = 0;

  static open(plan: LoadPlan): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const connection: Connection = new Connection(plan, (error) => {
        if (error === undefined) resolve(connection);
        else reject(error);
      });
    });
  }

  constructor(plan: LoadPlan, opened: (error?: Error) => void) {
    this.#plan = plan;
    this.#parser = new ResponseParser((response) => this.#answered(response));
    const onread = {
      buffer: readBuffer,
      callback: (bytes: number, buffer: Uint8Array) => this.#read(bytes, buffer),
    };
    this.#socket = connect({ host: plan.host, port: plan.port, noDelay: true, onread });
    this.#socket.once('connect', () => opened());
    this.#socket.on('drain', () => this.#writeBody());
    this.#socket.on('error', (error) => {
      opened(error);
      this.#fail(error.message);
    });
    this.#socket.on('close', () => this.#fail('the server closed the connection'));
  }

  get usable(): boolean {
    return !this.#socket.destroyed && this.#socket.writable;
  }

  start(run: Run, requests: readonly WireRequest[]): void {
    this.#run = run;
    this.#requests = requests;
    this.#next(performance.now());
  }

  close(): void {
    this.#run = undefined;
    this.#socket.destroy();
  }

  #next(now: number): void {
    const run = this.#run;
    if (run === undefined) return;
    const over = now >= run.deadline && run.issued > 0;
    const request = this.#requests[run.issued % this.#requests.length];
    if (over || run.issued >= run.limit.operationsMax || request === undefined) {
      this.#leave(run);
      return;
    }
    run.issued += 1;
    this.#parser.expectNoBody(this.#plan.method === 'HEAD');
    this.#startedAt = now;
    if (request.blocks === 0) {
      this.#socket.write(request.first);
      return;
    }
    this.#socket.cork();
    this.#socket.write(request.first);
    this.#block = request.block;
    this.#blocksLeft = request.blocks;
    this.#writeBody();
    this.#socket.uncork();
  }

  /** Writes until the socket has enough; `drain` calls again. */
  #writeBody(): void {
    while (this.#blocksLeft > 0 && this.#block !== undefined) {
      this.#blocksLeft -= 1;
      if (!this.#socket.write(this.#block)) return;
    }
  }

  #read(bytes: number, buffer: Uint8Array): boolean {
    try {
      // What Node hands back is the very `readBuffer`, declared as its parent type.
      this.#parser.push(bytes === buffer.length ? readBuffer : readBuffer.subarray(0, bytes));
    } catch (error) {
      this.#fail(error instanceof Error ? error.message : String(error));
      this.#socket.destroy();
    }
    return true;
  }

  #answered(response: ResponseSummary): void {
    const run = this.#run;
    if (run === undefined) return;
    const now = performance.now();
    const { expectedStatuses, expectedBodyBytes } = this.#plan;
    const expected =
      expectedStatuses.includes(response.status) &&
      (expectedBodyBytes === undefined || expectedBodyBytes === response.bodyBytes) &&
      this.#blocksLeft === 0;
    if (expected) {
      run.operations += 1;
      run.bytes += this.#plan.bodyBytes + response.bodyBytes;
      run.latencies.record(now - this.#startedAt);
    } else {
      run.failures += 1;
      run.firstFailure ||= `${response.status} with ${response.bodyBytes} bytes ${response.sample}`;
    }
    run.lastAt = now;
    if (response.closes || this.#blocksLeft > 0) {
      this.#leave(run);
      this.#socket.destroy();
    } else {
      this.#next(now);
    }
  }

  #fail(reason: string): void {
    const run = this.#run;
    if (run === undefined) return;
    run.failures += 1;
    run.firstFailure ||= reason;
    this.#leave(run);
  }

  #leave(run: Run): void {
    this.#run = undefined;
    run.open -= 1;
    if (run.open === 0) run.finished();
  }
}

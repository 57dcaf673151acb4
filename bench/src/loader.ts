import type { ChildProcess } from 'node:child_process';
import type { LoadResult, RunLimit } from './client.ts';
import type { LoadCall, LoadReply, LoadRequest } from './load-messages.ts';
import type { LoadPlan } from './plan.ts';
import { forkProgram, stop } from './processes.ts';

interface Waiting {
  readonly resolve: (result: LoadResult | undefined) => void;
  readonly reject: (error: Error) => void;
}

/** A load that is built, signed and ready to run. */
export interface PreparedLoad {
  /** Opens connections where needed; call it before reading the server's clock. */
  connect(): Promise<void>;
  run(limit: RunLimit): Promise<LoadResult>;
  close(): Promise<void>;
}

/** The load client in its own process, so that its time is not taken for the server's. */
export class Loader {
  readonly #child: ChildProcess = forkProgram('load.js', []);
  readonly #waiting = new Map<number, Waiting>();
  #calls = 0;
  #plans = 0;

  constructor() {
    this.#child.on('message', (message) => {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only `load.ts` sends
      const { call, result, error } = message as LoadReply;
      const waiting = this.#waiting.get(call);
      this.#waiting.delete(call);
      if (error === undefined) waiting?.resolve(result);
      else waiting?.reject(new Error(error));
    });
    this.#child.once('exit', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('the load client ended'));
      this.#waiting.clear();
    });
  }

  async prepare(load: LoadPlan): Promise<PreparedLoad> {
    this.#plans += 1;
    const plan = this.#plans;
    await this.#call({ kind: 'prepare', plan, load });
    return {
      connect: async () => {
        await this.#call({ kind: 'connect', plan });
      },
      run: async (limit) => {
        const result = await this.#call({ kind: 'run', plan, limit });
        if (result === undefined) throw new Error('a run without result');
        return result;
      },
      close: async () => {
        await this.#call({ kind: 'close', plan });
      },
    };
  }

  async close(): Promise<void> {
    await stop(this.#child);
  }

  #call(request: LoadRequest): Promise<LoadResult | undefined> {
    this.#calls += 1;
    const call: LoadCall = { call: this.#calls, request };
    return new Promise((resolve, reject) => {
      this.#waiting.set(call.call, { resolve, reject });
      this.#child.send(call, (error) => {
        if (error === null) return;
        this.#waiting.delete(call.call);
        reject(error);
      });
    });
  }
}

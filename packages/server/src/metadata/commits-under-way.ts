import { EngineError } from '../engine-error.ts';
import type { CommitResult } from './engine.ts';

interface UnderWay {
  readonly result: Promise<CommitResult>;
  readonly giveUp: (cause: EngineError) => void;
}

/**
 * The commits of an LMDB environment that were begun and have no result yet. After a failure LMDB
 * may have given up for good (a meta page that could not be written), and then lmdb never answers
 * again: so from a failure until a success, a commit that takes too long means that the environment
 * is broken, and all that wait are told. Without a failure no time is measured.
 */
export class CommitsUnderWay {
  readonly #answerMsMax: number;
  readonly #commits = new Set<UnderWay>();
  #state: 'sound' | 'doubtful' | 'broken' = 'sound';
  #timer: NodeJS.Timeout | undefined;

  constructor(answerMsMax: number) {
    this.#answerMsMax = answerMsMax;
  }

  get isBroken(): boolean {
    return this.#state === 'broken';
  }

  /** The result of the work; `explain` makes of its failure what the caller sees. */
  async run(
    work: () => Promise<CommitResult>,
    explain: (cause: unknown) => Promise<EngineError>,
  ): Promise<CommitResult> {
    if (this.isBroken) throw brokenError();
    let giveUp: UnderWay['giveUp'] | undefined;
    const result = new Promise<CommitResult>((resolve, reject) => {
      giveUp = reject;
      work().then(resolve, reject);
    });
    const commit: UnderWay = { result, giveUp: (cause) => giveUp?.(cause) };
    this.#commits.add(commit);
    if (this.#state === 'doubtful') this.#watch();
    try {
      const answer = await result;
      if (this.#state === 'doubtful') this.#state = 'sound';
      return answer;
    } catch (cause) {
      if (cause instanceof EngineError) throw cause;
      if (this.#state === 'sound') this.#state = 'doubtful';
      this.#watch();
      throw await explain(cause);
    } finally {
      this.#commits.delete(commit);
    }
  }

  /** Resolves when nothing is under way any more. */
  async settled(): Promise<void> {
    await Promise.allSettled(Array.from(this.#commits, ({ result }) => result));
    clearTimeout(this.#timer);
  }

  #watch(): void {
    if (this.#timer !== undefined || this.#commits.size === 0) return;
    const waiting = [...this.#commits];
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (waiting.some((commit) => this.#commits.has(commit))) this.#breakDown();
      else if (this.#state === 'doubtful') this.#watch();
    }, this.#answerMsMax);
  }

  #breakDown(): void {
    this.#state = 'broken';
    for (const { giveUp } of this.#commits) giveUp(brokenError());
  }
}

function brokenError(): EngineError {
  return new EngineError('unavailable', 'the metadata failed and must be opened again');
}

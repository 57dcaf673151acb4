import type { FileCalls } from './file-calls.ts';

interface Turn {
  readonly running: Promise<void>;
  next: Promise<void> | undefined;
}

/**
 * Makes the names in directories durable. Who asks while a sync of the directory is under way is
 * served by the one after it, together with everybody else who asks meanwhile: the one under way
 * may have begun before the name was there.
 */
export class DirectorySync {
  readonly #calls: FileCalls;
  readonly #turns = new Map<string, Turn>();

  constructor(calls: FileCalls) {
    this.#calls = calls;
  }

  sync(path: string): Promise<void> {
    const turn = this.#turns.get(path);
    if (turn === undefined) return this.#begin(path);
    const begin = (): Promise<void> => this.#begin(path);
    turn.next ??= turn.running.then(begin, begin);
    return turn.next;
  }

  #begin(path: string): Promise<void> {
    const running = this.#calls.syncDirectory(path).finally(() => {
      if (this.#turns.get(path) === turn && turn.next === undefined) this.#turns.delete(path);
    });
    const turn: Turn = { running, next: undefined };
    this.#turns.set(path, turn);
    return running;
  }
}

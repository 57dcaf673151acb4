/** Work that is done again and again, and never twice at once. */
export interface Periodic {
  /** Begins to work, now and after every interval. */
  start(): void;
  /** Resolves once nothing is under way any more. */
  stop(): Promise<void>;
}

export function createPeriodic(over: {
  /** Ends early once it is stopped. What it throws is a failure, and it is tried again. */
  readonly work: (isStopped: () => boolean) => Promise<void>;
  readonly intervalMs: number;
  readonly onFailure: (error: unknown) => void;
}): Periodic {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let stopped = true;

  async function run(): Promise<void> {
    try {
      await over.work(() => stopped);
    } catch (error) {
      over.onFailure(error);
    }
    running = undefined;
    if (!stopped) timer = setTimeout(begin, over.intervalMs).unref();
  }

  function begin(): void {
    running = run();
  }

  return {
    start() {
      if (!stopped) return;
      stopped = false;
      if (running === undefined) begin();
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}

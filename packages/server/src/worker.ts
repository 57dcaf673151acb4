import type { Config } from './config.ts';
import { start } from './main.ts';
import type { Measurements } from './observe/metrics.ts';
import { standardError } from './observe/standard-error.ts';
import type { FromWorker, ToWorker } from './process-messages.ts';
import type { AssembledServer } from './running-server.ts';

/** One of the processes that `supervise` starts. */
let server: AssembledServer | undefined;
let ending = false;
let asked = 0;
const scrapes = new Map<number, (all: readonly Measurements[]) => void>();

const say = (message: FromWorker): void => {
  if (process.connected) process.send?.(message);
};

const measureAll = (): Promise<readonly Measurements[]> =>
  new Promise((resolve) => {
    const ask = asked++;
    scrapes.set(ask, resolve);
    say({ kind: 'measure-all', ask });
  });

const begin = async (config: Config, background: boolean): Promise<void> => {
  try {
    server = await start(config, { sink: standardError, measurements: measureAll, background });
    const { url, host, port } = server;
    say({ kind: 'listening', url, host, port });
    // What loading left behind would stay for as long as nobody comes (see `heapFlags`).
    globalThis.gc?.();
  } catch (error) {
    say({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
    process.exitCode = 1;
    process.disconnect();
  }
};

const end = async (): Promise<void> => {
  if (ending) return;
  ending = true;
  await server?.close();
  process.exit(0);
};

process.on('message', (message: ToWorker) => {
  switch (message.kind) {
    case 'start':
      void begin(message.config, message.background);
      break;
    case 'measure':
      if (server !== undefined) {
        say({ kind: 'measurements', ask: message.ask, own: server.measurements() });
      }
      break;
    case 'measured':
      scrapes.get(message.ask)?.(message.all);
      scrapes.delete(message.ask);
      break;
    case 'drain':
      void end();
      break;
  }
});

// Ctrl-C reaches every process of the group; the supervisor decides and says `drain`.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => void end());
// Without its supervisor a worker would hold the port and the data for nobody.
process.on('disconnect', () => void end());

say({ kind: 'ready' });

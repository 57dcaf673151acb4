import type { Config } from './config.ts';
import type { RunningServer } from './running-server.ts';

/**
 * Runs the server that a configuration describes: in this process for one worker, else in as many
 * as it says. Loads only what that takes: a supervisor needs neither engines nor protocol.
 */
export async function runServer(config: Config): Promise<RunningServer> {
  if (config.workers > 1) {
    const { supervise } = await import('./supervise.ts');
    return supervise(config);
  }
  const { start } = await import('./main.ts');
  const { standardError } = await import('./observe/standard-error.ts');
  return start(config, { sink: standardError });
}

export type { RunningServer } from './running-server.ts';

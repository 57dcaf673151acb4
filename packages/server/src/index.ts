import { readConfig } from './config.ts';
import { start } from './main.ts';
import { standardError } from './observe/standard-error.ts';
import type { RunningServer } from './running-server.ts';

/** What a program that embeds the server may choose. */
export interface StartServerOptions {
  /** 0, the default, takes a free port. */
  readonly port?: number;
  /** Default `127.0.0.1`. */
  readonly host?: string;
  /** A directory, or `memory:` (default). */
  readonly data?: string;
  readonly region?: string;
  /** Made anew when absent. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Default `off`: a log line per request does not belong into a test's output. */
  readonly log?: 'json' | 'pretty' | 'off';
}

/**
 * Starts Causeway inside this process, for tests and tools.
 *
 * @returns the server: its `url`, its credentials, and `close()`, which waits for requests under way
 * @throws {ConfigError} naming every option that is wrong
 *
 * @example
 * const s3 = await startServer({ port: 0, data: 'memory:' });
 * const client = new S3Client({ endpoint: s3.url, forcePathStyle: true, region: 'us-east-1',
 *   credentials: s3 });
 * await s3.close();
 */
export function startServer(options: StartServerOptions = {}): Promise<RunningServer> {
  const { host = '127.0.0.1', port = 0, data = 'memory:', region, credentials, log } = options;
  const config = readConfig({
    flags: {
      '--listen': `${host.includes(':') ? `[${host}]` : host}:${port}`,
      '--data': data,
      '--workers': '1',
      '--log': log ?? 'off',
      ...(region === undefined ? {} : { '--region': region }),
    },
    environment:
      credentials === undefined
        ? {}
        : {
            CAUSEWAY_ROOT_USER: credentials.accessKeyId,
            CAUSEWAY_ROOT_PASSWORD: credentials.secretAccessKey,
          },
    terminal: false,
  });
  return start(config, { sink: standardError });
}

export type { RunningServer } from './running-server.ts';

import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { accountsOf, readAccounts } from './auth/accounts.ts';
import { makeRootKeys, rootKeys, type RootKeys } from './auth/root-credentials.ts';
import { expireUploads } from './background/expire-uploads.ts';
import { createPeriodic } from './background/periodic.ts';
import { createReaper } from './background/reaper.ts';
import { configuredKeys, websiteDomainsOf, type Config } from './config.ts';
import type { DataEngine } from './data/engine.ts';
import { openFiles } from './data/files.ts';
import { openMemoryData } from './data/memory.ts';
import { listen, type Finished } from './http/listener.ts';
import { limits } from './limits.ts';
import type { MetadataEngine } from './metadata/engine.ts';
import { openLmdb } from './metadata/lmdb.ts';
import { openMemoryMetadata } from './metadata/memory.ts';
import { createLog, type Log, type LogSink } from './observe/log.ts';
import { createMetrics, type Measurements, type Metrics } from './observe/metrics.ts';
import { createProbes } from './observe/probes.ts';
import { operations } from './operations/index.ts';
import { createRouter } from './operations/router.ts';
import type { AssembledServer } from './running-server.ts';
import { createServe, type Served } from './serve.ts';
import { createStore } from './store/create-store.ts';
import { prefixRange } from './store/keyspace.ts';

export interface Surroundings {
  readonly sink: LogSink;
  /** The numbers of all processes of the server; those of this one unless told. */
  readonly measurements?: () => Promise<readonly Measurements[]>;
  /** False: another process does the work that nobody waits for. */
  readonly background?: boolean;
}

/** Assembles one process of the server and listens. */
export async function start(config: Config, surroundings: Surroundings): Promise<AssembledServer> {
  const log = createLog(config.log, surroundings.sink);
  const now = Date.now;
  const metrics = createMetrics(now());
  const configured = configuredKeys(config);
  const seeded = config.accounts === undefined ? [] : await readAccounts(config.accounts);
  const { metadata, data, keys, made } = await openEngines(config, configured);
  const closeEngines = async (): Promise<void> => {
    await data.close();
    await metadata.close();
  };
  const store = createStore({ metadata, data, now, random: randomBytes });
  const expiry = createPeriodic({
    work: async () => {
      const expired = await expireUploads({ metadata, now });
      if (expired > 0) log.write('info', 'abandoned uploads were removed', { count: expired });
    },
    intervalMs: limits.uploadExpiryIntervalMs,
    onFailure: (error) => {
      log.write('warn', 'abandoned uploads could not be removed', { cause: describe(error) });
    },
  });
  const reaper = createReaper({
    metadata,
    data,
    now,
    onFailure: (error) => {
      log.write('warn', 'garbage could not be removed', { cause: describe(error) });
    },
  });

  const serve = createServe({
    store,
    accounts: accountsOf(keys, seeded),
    router: createRouter(operations),
    probe: createProbes({
      ready: async () => {
        await metadata.scan({ ...prefixRange(Buffer.from('b')), limit: 1 });
      },
      measurements: surroundings.measurements ?? (() => Promise.resolve([metrics.measurements()])),
    }),
    region: config.region,
    sigv2: config.sigv2 === 'on',
    domains: config.domains,
    websiteDomains: websiteDomainsOf(config),
    corsVary: config.corsVary,
    hostId: randomBytes(24).toString('base64'),
    now,
  });
  const listener = await listen(config.listen, {
    handle: serve,
    finished: (finished) => {
      record(finished, { log, metrics, now });
    },
    now,
  }).catch(async (error: unknown) => {
    await closeEngines();
    throw error;
  });

  if (surroundings.background !== false) {
    reaper.start();
    expiry.start();
  }
  const { address, port } = listener.address;
  const host = address.includes(':') ? `[${address}]` : address;
  return {
    url: `http://${host}:${port}`,
    host,
    port,
    ...keys,
    credentialsMade: made,
    // One process has nobody to replace: what breaks it is thrown where it breaks.
    failed: new Promise<never>(() => undefined),
    measurements: () => metrics.measurements(),
    close: async () => {
      await listener.close();
      await expiry.stop();
      await reaper.stop();
      await closeEngines();
      await log.end();
    },
  };
}

interface Engines {
  readonly metadata: MetadataEngine;
  readonly data: DataEngine;
  readonly keys: RootKeys;
  readonly made: boolean;
}

async function openEngines(
  { data: where, metadata }: Config,
  configured: RootKeys | undefined,
): Promise<Engines> {
  if (where === 'memory:') {
    const made = configured === undefined;
    const keys = configured ?? makeRootKeys();
    return { metadata: openMemoryMetadata(), data: openMemoryData(), keys, made };
  }
  await mkdir(where, { recursive: true, mode: 0o700 });
  return {
    ...(await rootKeys(where, configured)),
    metadata: await openMetadata(where, metadata),
    data: await openFiles(join(where, 'data')),
  };
}

async function openMetadata(directory: string, url: string | undefined): Promise<MetadataEngine> {
  if (url === undefined) return openLmdb(join(directory, 'metadata'));
  // Loaded for those who have a database, and for nobody else.
  const { openPostgres } = await import('./metadata/postgres.ts');
  return openPostgres(url);
}

/** One log line and one observation per request, when its answer is written. */
function record(
  { request, reply, bytesOut, error }: Finished<Served>,
  to: { readonly log: Log; readonly metrics: Metrics; readonly now: () => number },
): void {
  const { record: facts, status } = reply;
  const ms = to.now() - request.receivedMs;
  const bytesIn = Number(request.headers['content-length'] ?? 0);
  const { operation, cors } = facts;
  to.metrics.observe({ operation, status, ms, bytesIn, bytesOut, cors });
  const cause = error ?? facts.error?.cause;
  const bad = error !== undefined || (status >= 500 && status !== 501);
  to.log.write(bad ? 'error' : 'info', operation, {
    status,
    id: request.id,
    method: request.method,
    bucket: facts.bucket,
    key: facts.key,
    ms,
    in: bytesIn,
    out: bytesOut,
    from: request.remoteAddress,
    user: facts.accessKeyId,
    code: facts.error?.code,
    cors,
    cause: cause === undefined ? undefined : describe(cause),
  });
}

function describe(cause: unknown): string {
  return cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
}

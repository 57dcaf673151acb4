import type { HttpRequest } from '../http/request.ts';
import type { Reply } from '../http/reply.ts';
import { type Measurements, renderMetrics } from './metrics.ts';

export interface ProbeSources {
  /** Resolves when the server can serve; rejects with what is wrong. */
  readonly ready: () => Promise<void>;
  /** The numbers of every process of this server. */
  readonly measurements: () => Promise<readonly Measurements[]>;
}

export interface Probe {
  readonly name: string;
  run(): Promise<Reply>;
}

/**
 * Health and metrics share S3's port, so they shadow the keys `live` and `ready` of a bucket named
 * `health` and a listing of a bucket named `metrics`; only for GET and HEAD without any signature,
 * so that no signed request ever meets them (docs/differences.md). MinIO's paths answer as well:
 * a compose file made for it needs no change.
 */
export function createProbes(sources: ProbeSources): (request: HttpRequest) => Probe | undefined {
  const live: Probe = { name: 'Live', run: () => Promise.resolve(text(200, 'ok\n')) };
  const ready: Probe = {
    name: 'Ready',
    run: () =>
      sources.ready().then(
        () => text(200, 'ok\n'),
        (error: unknown) => text(503, `${error instanceof Error ? error.message : 'not ready'}\n`),
      ),
  };
  const metrics: Probe = {
    name: 'Metrics',
    run: async () => ({
      status: 200,
      headers: { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' },
      body: renderMetrics(await sources.measurements()),
    }),
  };
  const probes = new Map<string, Probe>([
    ['/health/live', live],
    ['/minio/health/live', live],
    ['/health/ready', ready],
    ['/minio/health/ready', ready],
    ['/metrics', metrics],
  ]);
  return (request) => {
    const probe = probes.get(request.path);
    if (probe === undefined || (request.method !== 'GET' && request.method !== 'HEAD')) {
      return undefined;
    }
    const signed =
      request.headers['authorization'] !== undefined || request.query.includes('X-Amz-');
    return signed ? undefined : probe;
  };
}

function text(status: number, body: string): Reply {
  return { status, headers: { 'Content-Type': 'text/plain', 'Cache-Control': 'no-store' }, body };
}

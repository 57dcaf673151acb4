/** What was counted of one operation with one status: seconds in buckets as Prometheus wants. */
interface Series {
  readonly operation: string;
  readonly status: number;
  count: number;
  seconds: number;
  bytesIn: number;
  bytesOut: number;
  /** Requests per bucket of `bucketSeconds`, the last one for all that took longer. */
  readonly buckets: number[];
}

/** The numbers of one process, as plain data so that another process can add them up. */
export interface Measurements {
  readonly series: readonly Series[];
  /** CORS decisions by reason, e.g. `origin-not-allowed`. */
  readonly cors: Readonly<Record<string, number>>;
  readonly residentBytes: number;
  readonly cpuSeconds: number;
  readonly startSeconds: number;
}

export interface Observation {
  readonly operation: string;
  readonly status: number;
  readonly ms: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly cors?: string | undefined;
}

export interface Metrics {
  observe(observation: Observation): void;
  measurements(): Measurements;
}

const bucketSeconds = [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10, 60] as const;

/** Counts requests in memory; one observation costs a map lookup. */
export function createMetrics(startMs: number): Metrics {
  const byOperation = new Map<string, Map<number, Series>>();
  const cors: Record<string, number> = {};

  const seriesOf = (operation: string, status: number): Series => {
    let byStatus = byOperation.get(operation);
    if (byStatus === undefined) byOperation.set(operation, (byStatus = new Map()));
    let series = byStatus.get(status);
    if (series === undefined) {
      const buckets = Array.from<number>({ length: bucketSeconds.length + 1 }).fill(0);
      series = { operation, status, count: 0, seconds: 0, bytesIn: 0, bytesOut: 0, buckets };
      byStatus.set(status, series);
    }
    return series;
  };

  return {
    observe({ operation, status, ms, bytesIn, bytesOut, cors: reason }) {
      const series = seriesOf(operation, status);
      const seconds = ms / 1000;
      series.count++;
      series.seconds += seconds;
      series.bytesIn += bytesIn;
      series.bytesOut += bytesOut;
      let at = 0;
      while (at < bucketSeconds.length && seconds > (bucketSeconds[at] ?? Infinity)) at++;
      series.buckets[at] = (series.buckets[at] ?? 0) + 1;
      if (reason !== undefined) cors[reason] = (cors[reason] ?? 0) + 1;
    },
    measurements() {
      const { user, system } = process.cpuUsage();
      return {
        series: [...byOperation.values()].flatMap((byStatus) => [...byStatus.values()]),
        cors,
        residentBytes: process.memoryUsage.rss(),
        cpuSeconds: (user + system) / 1e6,
        startSeconds: startMs / 1000,
      };
    },
  };
}

/** Renders the sum of several processes in Prometheus' text format (version 0.0.4). */
export function renderMetrics(processes: readonly Measurements[]): string {
  const lines: string[] = [];
  const family = (name: string, type: 'counter' | 'gauge' | 'histogram', help: string): void => {
    lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`);
  };
  const all = sum(processes);

  family('causeway_requests_total', 'counter', 'Requests answered, by operation and status.');
  for (const s of all) lines.push(`causeway_requests_total${labels(s)} ${s.count}`);
  family('causeway_received_bytes_total', 'counter', 'Announced bytes of request bodies.');
  for (const s of all) lines.push(`causeway_received_bytes_total${labels(s)} ${s.bytesIn}`);
  family('causeway_sent_bytes_total', 'counter', 'Bytes of answer bodies.');
  for (const s of all) lines.push(`causeway_sent_bytes_total${labels(s)} ${s.bytesOut}`);
  family('causeway_request_duration_seconds', 'histogram', 'From the head to the last byte.');
  for (const s of all) {
    let below = 0;
    for (const [index, count] of s.buckets.entries()) {
      below += count;
      const le = String(bucketSeconds[index] ?? '+Inf');
      lines.push(`causeway_request_duration_seconds_bucket${labels(s, le)} ${below}`);
    }
    lines.push(`causeway_request_duration_seconds_sum${labels(s)} ${s.seconds}`);
    lines.push(`causeway_request_duration_seconds_count${labels(s)} ${s.count}`);
  }
  family('causeway_cors_decisions_total', 'counter', 'Cross-origin requests, by the reason given.');
  const reasons = new Map<string, number>();
  for (const { cors } of processes) {
    for (const [reason, count] of Object.entries(cors)) {
      reasons.set(reason, (reasons.get(reason) ?? 0) + count);
    }
  }
  for (const [reason, count] of reasons) {
    lines.push(`causeway_cors_decisions_total{reason="${reason}"} ${count}`);
  }
  const total = (pick: (m: Measurements) => number) => processes.reduce((n, m) => n + pick(m), 0);
  family('process_resident_memory_bytes', 'gauge', 'Resident memory of all processes.');
  lines.push(`process_resident_memory_bytes ${total((m) => m.residentBytes)}`);
  family('process_cpu_seconds_total', 'counter', 'User and system time of all processes.');
  lines.push(`process_cpu_seconds_total ${total((m) => m.cpuSeconds)}`);
  family('process_start_time_seconds', 'gauge', 'Start of the oldest process, since the epoch.');
  lines.push(`process_start_time_seconds ${Math.min(...processes.map((m) => m.startSeconds))}`);
  return `${lines.join('\n')}\n`;
}

/** Label values are operation names, statuses and numbers of ours: nothing to escape. */
function labels(series: Series, le?: string): string {
  const limit = le === undefined ? '' : `,le="${le}"`;
  return `{operation="${series.operation}",status="${series.status}"${limit}}`;
}

function sum(processes: readonly Measurements[]): readonly Series[] {
  const sums = new Map<string, Series>();
  for (const series of processes.flatMap((m) => m.series)) {
    const id = labels(series);
    const known = sums.get(id);
    if (known === undefined) {
      sums.set(id, { ...series, buckets: [...series.buckets] });
      continue;
    }
    known.count += series.count;
    known.seconds += series.seconds;
    known.bytesIn += series.bytesIn;
    known.bytesOut += series.bytesOut;
    for (const [at, count] of series.buckets.entries()) {
      known.buckets[at] = (known.buckets[at] ?? 0) + count;
    }
  }
  return [...sums.values()].toSorted((a, b) => (labels(a) < labels(b) ? -1 : 1));
}

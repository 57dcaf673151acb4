import { expect, test } from 'vitest';
import { createMetrics, renderMetrics } from './metrics.ts';

test('several processes add up, and histogram buckets are cumulative', () => {
  const one = createMetrics(2_000);
  const two = createMetrics(1_000);
  const get = { operation: 'GetObject', status: 200, bytesIn: 0, bytesOut: 10 };
  one.observe({ ...get, ms: 0.5 });
  two.observe({ ...get, ms: 3 });
  two.observe({ ...get, ms: 70_000, cors: 'allowed' });
  const text = renderMetrics([one.measurements(), two.measurements()]);
  const labels = 'operation="GetObject",status="200"';
  expect(text).toContain(`causeway_requests_total{${labels}} 3\n`);
  expect(text).toContain(`causeway_sent_bytes_total{${labels}} 30\n`);
  expect(text).toContain(`_bucket{${labels},le="0.001"} 1\n`);
  expect(text).toContain(`_bucket{${labels},le="0.005"} 2\n`);
  expect(text).toContain(`_bucket{${labels},le="60"} 2\n`);
  expect(text).toContain(`_bucket{${labels},le="+Inf"} 3\n`);
  expect(text).toContain('causeway_cors_decisions_total{reason="allowed"} 1\n');
  expect(text).toContain('process_start_time_seconds 1\n');
});

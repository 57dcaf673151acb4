import { expect, test } from 'vitest';
import { createLog, type LogSink } from './log.ts';

function collect(): { readonly sink: LogSink; readonly written: string[] } {
  const written: string[] = [];
  return {
    written,
    sink: {
      now: () => 1_700_000_000_000,
      batchCharsMax: 4000,
      append: (text, done) => {
        written.push(text);
        done();
      },
    },
  };
}

test('a line is one JSON object, whatever a key holds', async () => {
  const { sink, written } = collect();
  const log = createLog('json', sink);
  const key = 'a"b\n{"level":"error"}';
  log.write('info', 'PutObject', { status: 200, key, code: undefined });
  await log.end();
  const lines = written.join('').split('\n');
  expect(lines).toHaveLength(2);
  expect(JSON.parse(lines[0] ?? '')).toEqual({
    time: 1_700_000_000_000,
    level: 'info',
    message: 'PutObject',
    status: 200,
    key,
  });
});

test('a batch never exceeds what a pipe takes in one piece, and splits no line', async () => {
  const { sink, written } = collect();
  const log = createLog('json', sink);
  for (let n = 0; n < 200; n++) log.write('info', 'GetObject', { n, key: 'k'.repeat(n) });
  await log.end();
  expect(written.length).toBeGreaterThan(1);
  for (const batch of written) {
    expect(batch.length).toBeLessThanOrEqual(4096);
    expect(batch.endsWith('}\n')).toBe(true);
  }
  expect(written.join('').trimEnd().split('\n')).toHaveLength(200);
});

test('a terminal is not at the mercy of a key', async () => {
  const { sink, written } = collect();
  const log = createLog('pretty', sink);
  log.write('info', 'PutObject', { key: '\u001B]0;owned\u0007' });
  await log.end();
  expect(written.join('')).toContain('\\x1b]0;owned\\x07');
});

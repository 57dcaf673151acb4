import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const start = fileURLToPath(new URL('../../tools/start.mjs', import.meta.url));

test('npm start serves in its own process, passes arguments on, and ends with 0 on SIGTERM', async () => {
  const child = spawn(
    process.execPath,
    [start, '--listen=127.0.0.1:0', '--data=memory:', '--log=off'],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const exited = once(child, 'exit');
  let output = '';
  let health = 0;
  for await (const piece of child.stdout.setEncoding('utf8')) {
    output += String(piece);
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(output)?.[0];
    if (url !== undefined) {
      health = (await fetch(`${url}/health/ready`)).status;
      child.kill('SIGTERM');
    }
  }
  expect(health).toBe(200);
  expect(await exited).toEqual([0, null]);
});

test('npm start ends with the exit code of the server', async () => {
  const child = spawn(process.execPath, [start, '--no-such-flag'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
  const [code] = await once(child, 'exit');
  expect(code).toBeGreaterThan(0);
  expect(complaint).toContain('--no-such-flag');
});

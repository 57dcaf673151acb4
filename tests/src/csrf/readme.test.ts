import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { exchange, type Answer } from '../adapters/exchange.ts';

const root = fileURLToPath(new URL('../../../packages/csrf/', import.meta.url));
const readme = readFileSync(`${root}README.md`, 'utf8');
const servers = [...readme.matchAll(/```js\n\/\/ ([^\n]+)\n(.*?)```/gs)].map(
  ([, name = '', code = '']) => ({ name, code }),
);

test('there is a server for each framework', () => {
  const names = ['node:http', 'Express 4 and 5', 'Fastify 5', 'Hono'];
  expect(servers.map(({ name }) => name)).toEqual(names);
});

test.each(servers)('the five-minute path of $name', async ({ code }) => {
  const port = await freePort();
  const own = `http://localhost:${port}`;
  const child = spawn(
    process.execPath,
    ['--input-type=module', '--eval', code.replaceAll('3000', String(port))],
    { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] },
  );
  try {
    const paid = await patiently(async () => post(own, own));
    expect([paid.status, paid.body]).toEqual([200, 'paid']);
    const forged = await post(own, 'https://evil.example');
    expect([forged.status, forged.body]).toEqual([403, 'Forbidden: origin-not-trusted\n']);
    const browser = { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' };
    const answer = await exchange(`${own}/pay`, { method: 'POST', headers: browser });
    expect(answer.body).toBe('Forbidden: cross-site\n');
  } finally {
    child.kill();
    await once(child, 'exit');
  }
});

async function post(url: string, origin: string): Promise<Answer> {
  return exchange(`${url}/pay`, { method: 'POST', headers: { Origin: origin } });
}

/** Asks until somebody listens. */
async function patiently(ask: () => Promise<Answer>): Promise<Answer> {
  for (let attempt = 0; attempt < 300; attempt += 1) {
    try {
      return await ask();
    } catch {
      await wait(50);
    }
  }
  return ask();
}

async function freePort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('It does not listen.');
  server.close();
  await once(server, 'close');
  return address.port;
}

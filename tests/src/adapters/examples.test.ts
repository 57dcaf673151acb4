import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { exchange } from './exchange.ts';

const folder = fileURLToPath(new URL('../../../examples/', import.meta.url));
const examples = readdirSync(folder).filter(
  (file) => file.endsWith('.mjs') && file !== 'policy.mjs',
);

test('there is an example for each adapter', () => {
  const adapters = ['express.mjs', 'fastify.mjs', 'fetch.mjs', 'hono.mjs', 'node.mjs'];
  expect(examples).toEqual(expect.arrayContaining(adapters));
});

test.each(['express.mjs', 'fastify.mjs', 'fetch.mjs', 'hono.mjs', 'node.mjs'])(
  'examples/%s does what its README says',
  async (file) => {
    const child = spawn(process.execPath, [folder + file], {
      env: { ...process.env, PORT: '0' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      const [line]: unknown[] = await once(createInterface(child.stdout), 'line');
      const url = String(line);
      const Origin = 'https://app.example.com';
      const note = await exchange(`${url}/notes/1`, { headers: { Origin } });
      expect([note.status, note.body]).toEqual([200, 'a note']);
      expect(note.header('access-control-allow-origin')).toBe(Origin);
      expect(note.header('access-control-expose-headers')).toBe('ETag');
      const stranger = await exchange(`${url}/notes/1`, {
        headers: { Origin: 'https://evil.example' },
      });
      expect(stranger.header('access-control-allow-origin')).toBeUndefined();
      const missing = await exchange(`${url}/nothing`, { headers: { Origin } });
      expect([missing.status, missing.header('access-control-allow-origin')]).toEqual([
        404,
        Origin,
      ]);
      const headers = { Origin, 'Access-Control-Request-Method': 'PUT' };
      const preflight = await exchange(`${url}/notes/1`, { method: 'OPTIONS', headers });
      expect([preflight.status, preflight.header('access-control-max-age')]).toEqual([204, '7200']);
    } finally {
      child.kill();
      await once(child, 'exit');
    }
  },
);

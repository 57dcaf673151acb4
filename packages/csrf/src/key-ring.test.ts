import { expect, test } from 'vitest';
import { keyRing } from './key-ring.ts';

const secret = new Uint8Array(32).fill(7);

test('the first key signs, all are found', async () => {
  const ring = await keyRing([
    { id: 'new', secret },
    { id: 'old', secret: new Uint8Array(64) },
  ]);
  expect(ring.signing.id).toBe('new');
  expect(ring.find('old')?.id).toBe('old');
  expect(ring.find('none')).toBeUndefined();
});

test('a key keeps its secret, also when the bytes are wiped', async () => {
  const bytes = Uint8Array.from(secret);
  const ring = await keyRing([{ id: 'a', secret: bytes }]);
  bytes.fill(0);
  expect(JSON.stringify(ring)).not.toMatch(/7,7|"7"/);
  expect(ring.signing.key).toMatchObject({ type: 'secret', extractable: false });
});

test.each([
  [[]],
  [[{ id: '', secret }]],
  [[{ id: 'a b', secret }]],
  [[{ id: 'a'.repeat(33), secret }]],
  [
    [
      { id: 'a', secret },
      { id: 'a', secret },
    ],
  ],
  [[{ id: 'a', secret: secret.subarray(1) }]],
  [Array.from({ length: 9 }, (_, at) => ({ id: `k${at}`, secret }))],
])('ring %# is none', async (keys) => {
  await expect(keyRing(keys)).rejects.toThrow(RangeError);
});

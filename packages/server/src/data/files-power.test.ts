import { Buffer } from 'node:buffer';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { chunksOf, collect } from './contract.ts';
import type { BlobRef } from './engine.ts';
import { ForgetfulFiles } from './file-calls.test.forgetful.ts';
import { openFiles } from './files.ts';

test('a blob whose write resolved is whole after power loss at any moment', async () => {
  let resolved = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat(700_000), { minLength: 1, maxLength: 6 }),
      fc.nat(60),
      fc.infiniteStream(fc.boolean()),
      async (sizes, callsLeft, tosses) => {
        const files = new ForgetfulFiles(() => tosses.next().value);
        const engine = await openFiles('/data', { calls: files.calls });
        const written: { readonly blob: BlobRef; readonly bytes: Buffer }[] = [];
        files.failAfter(callsLeft);
        await Promise.allSettled(
          sizes.map(async (size, index) => {
            const bytes = Buffer.alloc(size, index + 1);
            written.push({ blob: await engine.write(chunksOf(bytes)), bytes });
          }),
        );
        files.restart();
        const again = await openFiles('/data', { calls: files.calls });
        for (const { blob, bytes } of written) {
          expect(Buffer.compare(await collect(again.read(blob)), bytes)).toBe(0);
        }
        resolved += written.length;
      },
    ),
    { numRuns: 150 },
  );
  expect(resolved).toBeGreaterThan(50);
});

import { Buffer } from 'node:buffer';
import { createHash, randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import * as fc from 'fast-check';
import type { ChecksumAlgorithm } from './checksum.ts';
import { createDigests } from './digests.ts';

const algorithms: readonly ChecksumAlgorithm[] = ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'];

async function digest(chunks: readonly Uint8Array[], sizeBytes: number) {
  const digests = await createDigests({ sizeBytes, algorithms });
  for (const chunk of chunks) await digests.update(chunk);
  return digests.finish();
}

const base64 = (hex: string) => Buffer.from(hex, 'hex').toString('base64');

test('the check values of the catalogues: digests of 123456789', async () => {
  expect(await digest([Buffer.from('123456789')], 9)).toEqual({
    md5: '25f9e794323b453885f5181f1b624d0b',
    checksums: {
      CRC32: base64('cbf43926'),
      CRC32C: base64('e3069283'),
      CRC64NVME: base64('ae8b14860a799888'),
      SHA1: base64('f7c3bc1d808e04732adf679965ccc34ca7ae3441'),
      SHA256: base64('15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225'),
    },
  });
});

test('the digests of nothing', async () => {
  expect(await digest([], 0)).toMatchObject({
    md5: 'd41d8cd98f00b204e9800998ecf8427e',
    checksums: { CRC32: 'AAAAAA==', CRC64NVME: 'AAAAAAAAAAA=' },
  });
});

test('how a body is cut into chunks makes no difference', async () => {
  const body = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(body, async (chunks) => {
      const whole = Buffer.concat(chunks);
      expect(await digest(chunks, whole.length)).toEqual(await digest([whole], whole.length));
    }),
  );
});

test('large bodies at once, on the thread, each get their own MD5 though segments are scarce', async () => {
  const sizes = [1, 3, 5, 9, 12].map((mebibytes) => mebibytes * 1024 * 1024 + 77);
  const bodies = sizes.map((size) => randomBytes(size));
  const found = await Promise.all(
    bodies.map(async (body) => {
      const digests = await createDigests({ sizeBytes: body.length, algorithms: ['CRC64NVME'] });
      for (let at = 0; at < body.length; at += 70_001) {
        const chunk = Buffer.from(body.subarray(at, at + 70_001));
        await digests.update(chunk);
        // The chunk's memory is somebody else's from now on.
        chunk.fill(0);
      }
      return (await digests.finish()).md5;
    }),
  );
  expect(found).toEqual(bodies.map((body) => createHash('md5').update(body).digest('hex')));
});

test('slow streams that hold every segment do not stop another one', async () => {
  const sizeBytes = 2 * 1024 * 1024;
  const open = () => createDigests({ sizeBytes, algorithms: [] });
  const slow = await Promise.all(Array.from({ length: 40 }, open));
  for (const digests of slow) await digests.update(Buffer.from('begun'));
  const quick = await open();
  await quick.update(Buffer.alloc(sizeBytes));
  expect((await quick.finish()).md5).toBe(
    createHash('md5').update(Buffer.alloc(sizeBytes)).digest('hex'),
  );
  const [first, ...others] = slow;
  expect((await first?.finish())?.md5).toBe(createHash('md5').update('begun').digest('hex'));
  for (const digests of others) digests.cancel();
});

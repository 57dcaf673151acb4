import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fillBucket, openStore, type Shape } from './bucket.ts';
import { medianMs } from './median.ts';

const help = `Whether a page of a listing costs the same however much is in the bucket.

Usage
  npm run bench:listing -- [--keys N] [--pages N] [--directory DIR] [--json]

  --keys N         keys of the full bucket; 5,000,000 unless told
  --pages N        pages of which the median is taken; 41 unless told
  --directory DIR  where the data goes meanwhile; the system's place for such unless told
  --json           print the figures as JSON
`;

/** A page has a thousand entries in every bucket: a thousand keys are the smallest that has one. */
const smallest = 1000;

const { values } = parseArgs({
  options: {
    keys: { type: 'string', default: '5000000' },
    pages: { type: 'string', default: '41' },
    directory: { type: 'string', default: tmpdir() },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) process.stdout.write(help);
else await main(Number(values.keys), Number(values.pages), values.directory);

async function main(keys: number, pages: number, directory: string): Promise<void> {
  const place = await mkdtemp(join(directory, 'causeway-listing-'));
  const store = openStore(place);
  try {
    const rows: {
      readonly shape: Shape;
      readonly keys: number;
      readonly flatMs: number;
      readonly foldedMs: number;
    }[] = [];
    for (const shape of ['objects', 'versions', 'delete markers'] as const) {
      for (const count of [smallest, keys]) {
        process.stderr.write(`${shape}: ${count.toLocaleString('en')} keys\n`);
        const bucket = await fillBucket(store, { shape, keys: count });
        const page = { prefix: '', limit: 1000 };
        const flatMs = await medianMs(pages, (turn) =>
          store.objects.list(bucket, { ...page, delimiter: '', after: bucket.keyAt(turn / pages) }),
        );
        const foldedMs = await medianMs(pages, () =>
          store.objects.list(bucket, { ...page, delimiter: '/', after: '' }),
        );
        rows.push({ shape, keys: count, flatMs, foldedMs });
      }
    }
    process.stdout.write(values.json ? `${JSON.stringify(rows)}\n` : tableOf(rows));
  } finally {
    await store.close();
    await rm(place, { recursive: true });
  }
}

function tableOf(
  rows: readonly { shape: Shape; keys: number; flatMs: number; foldedMs: number }[],
): string {
  const lines = [
    '| bucket of | keys | page of 1,000 keys | page of 1,000 common prefixes |',
    '| --- | ---: | ---: | ---: |',
  ];
  for (const { shape, keys, flatMs, foldedMs } of rows) {
    const small = rows.find((row) => row.shape === shape);
    lines.push(
      `| ${shape} | ${keys.toLocaleString('en')} | ${ratio(flatMs, small?.flatMs)} | ${ratio(foldedMs, small?.foldedMs)} |`,
    );
  }
  return `${lines.join('\n')}\n`;
}

function ratio(ms: number, of: number | undefined): string {
  return `${ms.toFixed(2)} ms (${(ms / (of ?? ms)).toFixed(2)}x)`;
}

import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import {
  localNetworkAccess,
  simulate,
  type LocalNetworkFacts,
  type RequestFacts,
  type Server,
} from './index.ts';

// docs/errors is held to the model: a page for each kind, and what it shows is what happens.
const folder = fileURLToPath(new URL('../../../../docs/errors/', import.meta.url));
const source = fileURLToPath(new URL('../../src/browser/trace.ts', import.meta.url));
const read = (file: string): string => readFileSync(file, 'utf8');
const union = /export type FailureKind =(.*?);/s.exec(read(source))?.[1] ?? '';
const [cors = '', others = ''] = union.split('// The standard');
const kindsOf = (text: string): readonly string[] =>
  [...text.matchAll(/\| '(\w+)'/g)].map(([, kind = '']) => kind);
const local = 'LocalNetworkAccessPermissionDenied';

interface Example {
  readonly request: RequestFacts;
  readonly server: Server;
  readonly facts: LocalNetworkFacts;
}

/** The two blocks of code: what fails, and what is different after the repair. */
async function examplesOf(page: string): Promise<readonly [Example, Example]> {
  const blocks = [...page.matchAll(/```js\n(.*?)```/gs)].map(([, code = '']) => code);
  expect(blocks).toHaveLength(2);
  const load = async (code = ''): Promise<Example> =>
    import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(code)}`);
  const failing = await load(blocks[0]);
  return [failing, { ...failing, ...(await load(blocks[1])) }];
}

/** What the page says that an engine writes; empty where it says that it writes nothing. */
function messageOn(page: string, engine: string): string | undefined {
  const silent = `**${engine}** writes nothing of CORS.`;
  if (page.includes(silent)) return '';
  return new RegExp(`\\*\\*${engine}\\*\\*\\n\\n\`\`\`text\\n(.*)\\n\`\`\``).exec(page)?.[1];
}

test('every kind has its page or its line, and the index leads to all of them', () => {
  const index = read(`${folder}README.md`);
  const pages = readdirSync(folder).filter((file) => file !== 'README.md');
  expect(pages.toSorted()).toEqual(
    kindsOf(cors)
      .map((kind) => `${kind}.md`)
      .toSorted(),
  );
  expect(kindsOf(others).length).toBeGreaterThan(5);
  for (const kind of kindsOf(cors)) expect(index).toContain(`[${kind}](${kind}.md)`);
  for (const kind of kindsOf(others)) expect(index).toContain(`\`${kind}\``);
});

test.each(kindsOf(cors).filter((kind) => kind !== local))(
  '%s is as its page says',
  async (kind) => {
    const page = read(`${folder}${kind}.md`);
    expect(page.startsWith(`# ${kind}\n`)).toBe(true);
    expect(page).toContain('https://fetch.spec.whatwg.org/#');
    for (const who of ['**On the server:**', '**In the page:**']) expect(page).toContain(who);
    const [failing, repaired] = await examplesOf(page);
    const { failure } = simulate(failing.request, failing.server, 'chromium');
    expect(failure?.kind).toBe(kind);
    expect(failure?.messages).toEqual({
      chromium: messageOn(page, 'Chromium'),
      firefox: messageOn(page, 'Firefox'),
      webkit: messageOn(page, 'WebKit'),
    });
    for (const engine of ['spec', 'chromium', 'firefox', 'webkit'] as const) {
      expect(simulate(failing.request, failing.server, engine).verdict).toBe('blocked');
      expect(simulate(repaired.request, repaired.server, engine).verdict).toBe('readable');
    }
  },
);

test(`${local} is as its page says`, async () => {
  const [failing, repaired] = await examplesOf(read(`${folder}${local}.md`));
  const denied = { kind: 'blocked', reason: 'permission-denied' };
  expect(localNetworkAccess(failing.facts)).toEqual(denied);
  expect(localNetworkAccess(repaired.facts).kind).toBe('allowed');
});

/** What became of one test of the suite. */
export interface Result {
  readonly name: string;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  /** The first line of what went wrong. */
  readonly reason: string;
}

/**
 * Reads pytest's `--junitxml`. A test has a second `testcase` when its cleaning up fails too; it is
 * one result here, and a failure if either was.
 */
export function readResults(xml: string): readonly Result[] {
  const results = new Map<string, Result>();
  const cases = xml.matchAll(/<testcase\b[^>]*? name="([^"]*)"[^>]*?(?:\/>|>(.*?)<\/testcase>)/gs);
  for (const [, written = '', inside = ''] of cases) {
    const name = decode(written);
    if (results.get(name)?.outcome === 'failed') continue;
    const bad = /<(failure|error|skipped)[^>]*?message="([^"]*)"/s.exec(inside);
    const outcome = bad === null ? 'passed' : bad[1] === 'skipped' ? 'skipped' : 'failed';
    results.set(name, { name, outcome, reason: shortened(decode(bad?.[2] ?? '')) });
  }
  return [...results.values()];
}

function decode(text: string): string {
  const named: Readonly<Record<string, string>> = {
    lt: '<',
    gt: '>',
    quot: '"',
    apos: "'",
    amp: '&',
  };
  return text.replaceAll(/&(?:#(\d+)|#x([\da-f]+)|(\w+));/gi, (_, decimal, hex, name) => {
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
    if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
    return named[name] ?? '';
  });
}

/** One line; of what botocore raises, the operation and what S3 said. */
function shortened(text: string): string {
  const line = (text.split('\n', 1)[0] ?? '')
    .replace(
      /botocore\.\w+\.\w+: An error occurred \((\w+)\) when calling the (\w+) operation(?: \(reached max retries: \d+\))?:/,
      '$2 answered $1:',
    )
    .replace(/^failed on (setup|teardown) with "/, '$1: ');
  return line.length > 160 ? `${line.slice(0, 160)}…` : line;
}

/** The marks of each test, from the suite's source: its decorators stand right above it. */
export function readMarks(source: string): ReadonlyMap<string, readonly string[]> {
  const marks = new Map<string, readonly string[]>();
  for (const [decorators, name = ''] of source.matchAll(
    /(?:^[@#].*\n|^[ )\]].*\n)*^def (test_\w+)/gm,
  )) {
    const found = decorators.matchAll(/^@pytest\.mark\.(\w+)/gm);
    marks.set(
      name,
      Array.from(found, ([, mark = '']) => mark),
    );
  }
  return marks;
}

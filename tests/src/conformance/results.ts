/** What became of one test of the suite. */
export interface Result {
  readonly name: string;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  /** The first line of what went wrong. */
  readonly reason: string;
}

/** Reads pytest's `--junitxml`, which has one `testcase` for each test. */
export function readResults(xml: string): readonly Result[] {
  const results: Result[] = [];
  const cases = xml.matchAll(/<testcase\b[^>]*? name="([^"]*)"[^>]*?(?:\/>|>(.*?)<\/testcase>)/gs);
  for (const [, name = '', inside = ''] of cases) {
    const bad = /<(failure|error|skipped)[^>]*?message="([^"]*)"/s.exec(inside);
    const outcome = bad === null ? 'passed' : bad[1] === 'skipped' ? 'skipped' : 'failed';
    results.push({ name: decode(name), outcome, reason: firstLine(decode(bad?.[2] ?? '')) });
  }
  return results;
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

function firstLine(text: string): string {
  const line = text.split('\n', 1)[0] ?? '';
  return line.length > 160 ? `${line.slice(0, 160)}…` : line;
}

/** By the name of the test; the first that fits. */
const topics: readonly (readonly [topic: string, pattern: RegExp])[] = [
  ['cors', /cors/],
  ['post_object', /post_object/],
  ['object_lock', /object_lock|retention|legal_hold/],
  ['lifecycle', /lifecycle/],
  ['encryption', /encrypt|sse|kms/],
  ['logging', /logging/],
  ['public_block', /public_block|block_public|ignore_public|restrict_public|put_public/],
  ['policy', /policy/],
  ['acl', /acl|grant|access_bucket/],
  ['ownership', /ownership/],
  ['versioning', /version/],
  [
    'conditional_write',
    /if_match|if_none_?match|ifmatch|ifnonmatch|conditional|ifmodified|if_modified|current_object/,
  ],
  ['checksum', /checksum/],
  ['multipart', /multipart|upload_part|mpu|get_part/],
  ['copy', /copy/],
  ['tagging', /tag/],
  ['range', /range/],
  ['presigned', /presigned|raw_get|raw_put|x_amz_expires/],
  ['atomic', /atomic/],
  ['list', /list/],
  ['website', /website/],
  ['headers', /header|_create_bad|auth_bad/],
  ['bucket', /bucket/],
  ['object', /object/],
];

export const topicOf = (name: string): string =>
  topics.find(([, pattern]) => pattern.test(name))?.[0] ?? 'other';

/** A Markdown table by topic, and the tests that failed with their reasons. */
export function report(results: readonly Result[], failsOnAws: ReadonlySet<string>): string {
  const byTopic = grouped(results);
  const rows = [...byTopic].toSorted(([one], [other]) => (one < other ? -1 : 1));
  const count = (list: readonly Result[], test: (result: Result) => boolean): number =>
    list.filter(test).length;
  const passed = (result: Result): boolean => result.outcome === 'passed';
  const onAws = (result: Result): boolean => !failsOnAws.has(result.name);
  const line = (topic: string, list: readonly Result[]): string => {
    const counted = list.filter(onAws);
    return `| ${topic} | ${count(counted, passed)} | ${counted.length - count(counted, passed)} | ${count(list, passed)} of ${list.length} |`;
  };
  const failed = results.filter((result) => result.outcome === 'failed' && onAws(result));
  return [
    '| topic | passed | failed | with those that fail on AWS |',
    '| --- | ---: | ---: | ---: |',
    ...rows.map(([topic, list]) => line(topic, list)),
    line('**all**', results),
    '',
    ...failed.map(({ name, reason }) => `- \`${name}\`: ${reason}`),
    '',
  ].join('\n');
}

function grouped(results: readonly Result[]): Map<string, Result[]> {
  const groups = new Map<string, Result[]>();
  for (const result of results) {
    const topic = topicOf(result.name);
    groups.set(topic, [...(groups.get(topic) ?? []), result]);
  }
  return groups;
}

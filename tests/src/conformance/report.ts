import type { Result } from './results.ts';

export type Marks = ReadonlyMap<string, readonly string[]>;

/** By the name of the test or one of its marks; the first that fits. */
const topics: readonly (readonly [topic: string, pattern: RegExp])[] = [
  ['cors', /cors/],
  ['post_object', /post_object/],
  ['sigv2', /@auth_aws2/],
  ['object_lock', /object_lock|retention|legal_hold/],
  ['lifecycle', /lifecycle/],
  ['encryption', /encrypt|sse|kms/],
  ['logging', /logging/],
  ['public_block', /public_block|block_public|ignore_public|restrict_public|put_public/],
  ['policy', /policy/],
  ['ownership', /ownership/],
  ['conditional_write', /@conditional_write|if_match|if_none_?match|ifmatch|ifnonmatch|ifmodified/],
  ['checksum', /checksum/],
  ['acl', /acl|grant|access_bucket/],
  ['versioning', /version/],
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

/** @param marks the test's own, without `@pytest.mark.` */
export function topicOf(name: string, marks: readonly string[]): string {
  const described = [name, ...marks.map((mark) => `@${mark}`)].join(' ');
  return topics.find(([, pattern]) => pattern.test(described))?.[0] ?? 'other';
}

/** What the report says beside the results. */
export interface Run {
  /** `2026-11-26` */
  readonly date: string;
  readonly marks: Marks;
  /** The server's log lines of answers with 500 and more, but 501. */
  readonly broken: readonly string[];
}

/** The section of a Markdown document: a table by topic, then each failure with its reason. */
export function report(results: readonly Result[], { date, marks, broken }: Run): string {
  const marksOf = (name: string): readonly string[] => marks.get(name.split('[', 1)[0] ?? '') ?? [];
  const failsOnAws = ({ name }: Result): boolean => marksOf(name).includes('fails_on_aws');
  const line = (topic: string, list: readonly Result[]): string => {
    const passed = list.filter(({ outcome }) => outcome === 'passed');
    const failed = list.filter(({ outcome }) => outcome === 'failed');
    const counted = list.filter((result) => !failsOnAws(result)).length;
    const good = passed.filter((result) => !failsOnAws(result)).length;
    const alsoOnAws = failed.filter(failsOnAws).length;
    const share = counted === 0 ? '' : `${good} of ${counted}`;
    return `| ${topic} | ${passed.length} | ${failed.length} | ${alsoOnAws} | ${share} |`;
  };
  const byTopic = [...grouped(results, ({ name }) => topicOf(name, marksOf(name)))].toSorted(
    ([one], [other]) => (one < other ? -1 : 1),
  );
  const failures = byTopic.flatMap(([topic, list]) => {
    const failed = list.filter(({ outcome }) => outcome === 'failed');
    if (failed.length === 0) return [];
    const lines = failed.map((result) => {
      const aside = failsOnAws(result) ? ' (fails on AWS)' : '';
      return `- \`${result.name}\`${aside}: ${plain(result.reason)}`;
    });
    return [`### ${topic}`, ...lines, ''];
  });
  return [
    heading,
    `\`npm run conformance:s3-tests\` on ${date}, ${results.length} tests. The last column leaves out those that are marked to fail on AWS itself.`,
    '',
    '| topic | passed | failed | of which fail on AWS | passed without those |',
    '| --- | ---: | ---: | ---: | ---: |',
    ...byTopic.map(([topic, list]) => line(topic, list)),
    line('**all**', results),
    '',
    ...(broken.length === 0
      ? ['No answer was a 500.', '']
      : ['Answers of 500:', ...broken.map((entry) => `- \`${entry}\``), '']),
    ...failures,
  ].join('\n');
}

function grouped(
  results: readonly Result[],
  topic: (result: Result) => string,
): ReadonlyMap<string, readonly Result[]> {
  const groups = new Map<string, Result[]>();
  for (const result of results) {
    const name = topic(result);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [result]);
    else group.push(result);
  }
  return groups;
}

/** A reason holds what a server said, which must not become Markdown or HTML. */
const plain = (reason: string): string => `\`${reason.replaceAll('`', "'")}\``;

const heading = '## ceph/s3-tests';

/** A document with its section of an earlier run replaced, or with the section at its end. */
export function withSection(document: string, section: string): string {
  const from = document.indexOf(`${heading}\n`);
  if (from === -1) return `${document.trimEnd()}\n\n${section}`.trimStart();
  const next = document.indexOf('\n## ', from);
  const rest = next === -1 ? '' : `\n${document.slice(next + 1)}`;
  return `${document.slice(0, from)}${section.trimEnd()}\n${rest}`;
}

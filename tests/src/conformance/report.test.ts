import { expect, test } from 'vitest';
import { report, topicOf, withSection } from './report.ts';
import type { Result } from './results.ts';

const results: readonly Result[] = [
  { name: 'test_bucket_list_empty', outcome: 'passed', reason: '' },
  { name: 'test_set_cors[a]', outcome: 'failed', reason: 'assert `1` < 0' },
  { name: 'test_post_object_x', outcome: 'failed', reason: 'KeyError' },
];
const run = {
  date: '2026-11-26',
  marks: new Map([['test_post_object_x', ['fails_on_aws']]]),
  broken: [],
};

test('reports by topic, and counts apart what fails on AWS', () => {
  const text = report(results, run);
  expect(text).toContain('| list | 1 | 0 | 0 | 1 of 1 |');
  expect(text).toContain('| cors | 0 | 1 | 0 | 0 of 1 |');
  expect(text).toContain('| post_object | 0 | 1 | 1 |  |');
  expect(text).toContain('| **all** | 1 | 2 | 1 | 1 of 2 |');
  expect(text).toContain("- `test_set_cors[a]`: `assert '1' < 0`");
  expect(text).toContain('- `test_post_object_x` (fails on AWS): `KeyError`');
  expect(text).toContain('No answer was a 500.');
  expect(report(results, { ...run, broken: ['{"status":500}'] })).toContain('- `{"status":500}`');
});

test('a mark decides on the topic where the name does not', () => {
  expect(topicOf('test_bucket_acl_default', [])).toBe('acl');
  expect(topicOf('test_object_create_bad_date_none_aws2', ['auth_aws2'])).toBe('sigv2');
  expect(topicOf('test_nothing_known', ['auth_common'])).toBe('other');
});

test('a document has the section once, between the others', () => {
  const first = withSection('# Conformance\n\n## Browsers\ntext\n', report(results, run));
  expect(first).toMatch(/^# Conformance\n\n## Browsers\ntext\n\n## ceph\/s3-tests\n/);
  const between = `${first}\n## Last\nend\n`;
  const again = withSection(between, report([], { ...run, date: '2027-01-01' }));
  expect(again.match(/## ceph/g)).toHaveLength(1);
  expect(again).toContain('2027-01-01');
  expect(again).not.toContain('test_set_cors');
  expect(again).toMatch(/\n\n## Last\nend\n$/);
});

import { expect, test } from 'vitest';
import { readResults, report, topicOf } from './results.ts';

const xml = `<?xml version="1.0"?><testsuites><testsuite name="pytest">
<testcase classname="s3tests.functional.test_s3" name="test_bucket_list_empty" time="0.1" />
<testcase classname="s3tests.functional.test_s3" name="test_set_cors" time="0.1"><failure message="assert 1 &lt; 0&#10;more">x</failure></testcase>
<testcase classname="s3tests.functional.test_s3" name="test_post_object_x" time="0.1"><error message="KeyError: &quot;a&quot;">x</error></testcase>
<testcase classname="s3tests.functional.test_s3" name="test_skipped" time="0"><skipped message="no"/></testcase>
</testsuite></testsuites>`;

test('reads what became of each test', () => {
  expect(readResults(xml)).toEqual([
    { name: 'test_bucket_list_empty', outcome: 'passed', reason: '' },
    { name: 'test_set_cors', outcome: 'failed', reason: 'assert 1 < 0' },
    { name: 'test_post_object_x', outcome: 'failed', reason: 'KeyError: "a"' },
    { name: 'test_skipped', outcome: 'skipped', reason: 'no' },
  ]);
});

test('reports by topic, and apart what fails on AWS', () => {
  const text = report(readResults(xml), new Set(['test_post_object_x']));
  expect(text).toContain('| list | 1 | 0 | 1 of 1 |');
  expect(text).toContain('| post_object | 0 | 0 | 0 of 1 |');
  expect(text).toContain('- `test_set_cors`: assert 1 < 0');
  expect(text).not.toContain('- `test_post_object_x`');
  expect(topicOf('test_bucket_acl_default')).toBe('acl');
});

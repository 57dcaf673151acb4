import { expect, test } from 'vitest';
import { readMarks, readResults } from './results.ts';

const xml = `<?xml version="1.0"?><testsuites><testsuite name="pytest">
<testcase classname="s3tests.functional.test_s3" name="test_bucket_list_empty" time="0.1" />
<testcase classname="s3tests.functional.test_s3" name="test_set_cors" time="0.1"><failure message="assert 1 &lt; 0&#10;more">x</failure></testcase>
<testcase classname="s3tests.functional.test_s3" name="test_set_cors" time="0.1"><error message="failed on teardown with &quot;x&quot;">x</error></testcase>
<testcase classname="s3tests.functional.test_s3" name="test_leaves" time="0.1" />
<testcase classname="s3tests.functional.test_s3" name="test_leaves" time="0.1"><error message="failed on teardown with &quot;botocore.exceptions.ClientError: An error occurred (BucketNotEmpty) when calling the DeleteBucket operation (reached max retries: 4): It is not empty.&quot;">x</error></testcase>
<testcase classname="s3tests.functional.test_s3" name="test_skipped" time="0"><skipped message="no"/></testcase>
</testsuite></testsuites>`;

test('reads what became of each test, its cleaning up included', () => {
  expect(readResults(xml)).toEqual([
    { name: 'test_bucket_list_empty', outcome: 'passed', reason: '' },
    { name: 'test_set_cors', outcome: 'failed', reason: 'assert 1 < 0' },
    {
      name: 'test_leaves',
      outcome: 'failed',
      reason: 'teardown: DeleteBucket answered BucketNotEmpty: It is not empty."',
    },
    { name: 'test_skipped', outcome: 'skipped', reason: 'no' },
  ]);
});

test('reads the marks above each test, whatever stands between them', () => {
  const marks = readMarks(`
@pytest.mark.copy
# a comment
@pytest.mark.parametrize('size', [
    1,
])
@pytest.mark.fails_on_aws
def test_copy(size):
    pass

def helper():
    pass

def test_plain():
    pass
`);
  expect(Object.fromEntries(marks)).toEqual({
    test_copy: ['copy', 'parametrize', 'fails_on_aws'],
    test_plain: [],
  });
});

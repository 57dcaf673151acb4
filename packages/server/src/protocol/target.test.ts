import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseTarget } from './target.ts';

const domains = ['s3.example.com', 'example.com'];

function bucketAndKey(path: string, host: string): readonly (string | undefined)[] {
  const target = parseTarget(path, host, domains);
  if (target.kind === 'service') return [];
  return target.kind === 'bucket' ? [target.bucket] : [target.bucket, target.key];
}

test.each([
  ['/', 'localhost:9000', []],
  ['/b', 'localhost', ['b']],
  ['/b/', 'localhost', ['b']],
  ['/b/k', 'localhost', ['b', 'k']],
  ['/b//k/', 'localhost', ['b', '/k/']],
  ['/b/..', 'localhost', ['b', '..']],
  ['/b/../../etc', 'localhost', ['b', '../../etc']],
  ['/b/./a//../%2e%2E/', 'localhost', ['b', './a//../../']],
  ['/b/a+b', 'localhost', ['b', 'a+b']],
  ['/b/a%2Bb%20c%2Fd', 'localhost', ['b', 'a+b c/d']],
  ['/b/%2525', 'localhost', ['b', '%25']],
  ['/b/%00', 'localhost', ['b', '\u0000']],
  ['/b/%EF%BB%BFk', 'localhost', ['b', '\ufeffk']],
  ['/b/\u00c3\u00a9', 'localhost', ['b', 'é']],
  ['//k', 'localhost', ['', 'k']],
  ['/%62/k', 'localhost', ['b', 'k']],
  ['/', 'b.s3.example.com', ['b']],
  ['/k', 'b.s3.example.com:9000', ['b', 'k']],
  ['//k', 'b.s3.example.com', ['b', '/k']],
  ['/k', 'B.S3.Example.COM', ['b', 'k']],
  ['/k', 'a.b.s3.example.com', ['a.b', 'k']],
  ['/b/k', 's3.example.com:80', ['b', 'k']],
  ['/b/k', 'example.com', ['b', 'k']],
  ['/k', 'b.example.com', ['b', 'k']],
  ['/b/k', 'notexample.com', ['b', 'k']],
  ['/b/k', '[::1]:9000', ['b', 'k']],
  ['/b/k', '', ['b', 'k']],
])('%s at %s', (path, host, expected) => {
  expect(bucketAndKey(path, host)).toEqual(expected);
});

test.each(['', '*', 'b/k', 'http://a/b'])('%s is no path', (path) => {
  expect(() => parseTarget(path, undefined, [])).toThrowError(
    expect.objectContaining({ code: 'InvalidURI' }),
  );
});

test.each(['/b/%', '/b/%e9', '/b/%ED%A0%80', '/%zz', '/b/\u00e9'])('%s is no UTF-8', (path) => {
  expect(() => parseTarget(path, 'localhost', [])).toThrowError(
    expect.objectContaining({ code: 'InvalidURI', status: 400 }),
  );
});

test('a key has at most 1,024 bytes, not characters', () => {
  expect(bucketAndKey(`/b/${'a'.repeat(1024)}`, '')[1]).toHaveLength(1024);
  expect(bucketAndKey(`/b/${'%C3%A9'.repeat(512)}`, '')[1]).toHaveLength(512);
  for (const key of ['a'.repeat(1025), '%C3%A9'.repeat(513), `${'%E2%82%AC'.repeat(341)}ab`]) {
    expect(() => bucketAndKey(`/b/${key}`, '')).toThrowError(
      expect.objectContaining({
        code: 'KeyTooLongError',
        fields: expect.objectContaining({ MaxSizeAllowed: 1024 }),
      }),
    );
  }
});

test('every key that is encoded comes back, in both styles', () => {
  const key = fc.string({ unit: 'binary', minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(key, (value) => {
      const path = value.split('/').map(encodeURIComponent).join('/');
      expect(bucketAndKey(`/bucket/${path}`, 'localhost')).toEqual(['bucket', value]);
      expect(bucketAndKey(`/${path}`, 'bucket.s3.example.com')).toEqual(['bucket', value]);
    }),
  );
});

import { expect, test } from 'vitest';
import { encodeQuery, signHeaders } from './signature.ts';

/** The examples of AWS's page "Signature Calculations for the Authorization Header". */
const credentials = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
};
const now = new Date('2013-05-24T00:00:00Z');
const empty = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

test.each([
  {
    name: 'GET object',
    path: '/test.txt',
    query: {},
    headers: { range: 'bytes=0-9' },
    signature: 'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
  },
  {
    name: 'GET bucket lifecycle',
    path: '/',
    query: { lifecycle: '' },
    headers: {},
    signature: 'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
  },
  {
    name: 'GET bucket (list objects)',
    path: '/',
    query: { prefix: 'J', 'max-keys': '2' },
    headers: {},
    signature: '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
  },
])('$name is signed as AWS signs it', ({ path, query, headers, signature }) => {
  const host = 'examplebucket.s3.amazonaws.com';
  const request = { method: 'GET', host, path, query, headers, payloadHash: empty };
  const { authorization } = signHeaders(request, credentials, now);
  expect(authorization).toContain(`Signature=${signature}`);
});

test('a query is sorted and encoded', () => {
  expect(encodeQuery({ 'start-after': 'a/b c', 'list-type': '2' })).toBe(
    'list-type=2&start-after=a%2Fb%20c',
  );
});

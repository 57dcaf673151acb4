import { expect, test } from 'vitest';
import { canonicalRequest, parseQuery } from './canonical-request.ts';
import { encodeQueryPart } from './percent-encoding.ts';
import { formatScope } from './scope.ts';
import { deriveSigningKey, signingKey } from './signing-key.ts';
import { suite, suiteKey, type SuiteCase } from './sigv4-suite.test.data.ts';
import { emptySha256, sameSignature, sha256OfLatin1, sign, stringToSign } from './sigv4.ts';

const { timestamp, scope, accessKeyId, secretAccessKey } = suiteKey;
const key = deriveSigningKey(secretAccessKey, scope);

/** The request of a case as node:http would show it: lower-case names, latin1 characters. */
function received({ method, target, headers }: SuiteCase, extra: readonly string[]) {
  const rawHeaders = [...headers, ...extra].flatMap((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon), line.slice(colon + 1)];
  });
  const joined: Record<string, string> = {};
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = (rawHeaders[at] ?? '').toLowerCase();
    const value = rawHeaders[at + 1] ?? '';
    joined[name] = name in joined ? `${joined[name]}, ${value}` : value;
  }
  const bytes = Buffer.from(target, 'utf8').toString('latin1');
  const [path = '', query = ''] = bytes.split('?', 2);
  return { request: { method, path, headers: joined, rawHeaders }, query };
}

function signed(canonical: string): string {
  return sign(
    key,
    stringToSign({ timestamp, scope: formatScope(scope), canonicalRequest: canonical }),
  );
}

test.each(suite)('AWS test suite, header: $name', (row) => {
  const { request, query } = received(row, [`X-Amz-Date:${timestamp}`]);
  const [payloadHash = '', signedHeaders = ''] = row.canonicalRequest.split('\n').toReversed();
  const canonical = canonicalRequest(request, {
    parameters: parseQuery(query),
    signedHeaders: signedHeaders.split(';'),
    payloadHash,
  });
  expect(canonical).toBe(row.canonicalRequest);
  expect(signed(canonical)).toBe(row.signature);
});

test.each(suite.filter(({ querySignature }) => querySignature !== undefined))(
  'AWS test suite, query: $name',
  (row) => {
    const { request, query } = received(row, []);
    const token = request.headers['x-amz-security-token'];
    const [payloadHash = '', headerNames = ''] = row.canonicalRequest.split('\n').toReversed();
    const names = headerNames.split(';').filter((name) => !name.startsWith('x-amz-'));
    const presigning = {
      'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
      'X-Amz-Credential': `${accessKeyId}/${formatScope(scope)}`,
      'X-Amz-Date': timestamp,
      'X-Amz-SignedHeaders': names.join(';'),
      'X-Amz-Expires': '3600',
      ...(token === undefined ? {} : { 'X-Amz-Security-Token': token }),
    };
    const appended = Object.entries(presigning)
      .map(([name, value]) => `${name}=${encodeQueryPart(value)}`)
      .join('&');
    const canonical = canonicalRequest(request, {
      parameters: parseQuery(query === '' ? appended : `${query}&${appended}`),
      signedHeaders: names,
      payloadHash,
    });
    expect(signed(canonical)).toBe(row.querySignature);
  },
);

test('a signing key is the published one, and the same from memory', () => {
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/signature-v4-examples.html
  const example = { date: '20120215', region: 'us-east-1', service: 'iam' };
  const secret = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
  const published = 'f4780e2d9f65fa895f9c67b32ce1baf0b0d8a43505a000a1a9e090d414db404d';
  expect(deriveSigningKey(secret, example).toString('hex')).toBe(published);
  for (let day = 0; day < 2000; day += 1) {
    const date = String(20_120_000 + day);
    expect(signingKey(secret, { ...example, date }).length).toBe(32);
  }
  expect(signingKey(secret, example).toString('hex')).toBe(published);
  expect(signingKey(secret, example)).toBe(signingKey(secret, example));
  expect(signingKey(`${secret}!`, example).toString('hex')).not.toBe(published);
});

test('a signature equals only itself', () => {
  expect(sameSignature(emptySha256, emptySha256)).toBe(true);
  expect(sameSignature(emptySha256, `${emptySha256.slice(0, -1)}4`)).toBe(false);
  expect(sameSignature(emptySha256, emptySha256.slice(0, -1))).toBe(false);
  expect(sameSignature(emptySha256, '')).toBe(false);
});

test('text is hashed as the bytes that its characters are', () => {
  expect(sha256OfLatin1('')).toBe(emptySha256);
  expect(sha256OfLatin1('Ã¤')).toBe(sha256OfLatin1(Buffer.from('ä').toString('latin1')));
});

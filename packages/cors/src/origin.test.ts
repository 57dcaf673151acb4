import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalIpv6 } from './ip.ts';
import { isLoopback, isSameOrigin, parseOrigin, serializeOrigin } from './origin.ts';
import type { Origin } from './origin.ts';

test.each([
  'https://app.example.com',
  'http://localhost',
  'http://localhost:3000',
  'https://xn--mnchen-3ya.example',
  'https://a-b.example:8443',
  'http://127.0.0.1:9000',
  'http://[::1]:3000',
  'http://[2001:db8::1]',
  'https://app.example.com.',
  'chrome-extension://abcdefghijklmnop',
  'moz-extension://6f9d1c1e-0c1e-4f0e-9d1c-1e0c1e4f0e9d',
  'capacitor://localhost',
  'null',
])('%s is an origin, and serializes as it was', (text) => {
  const parsed = parseOrigin(text);
  expect(parsed.ok && serializeOrigin(parsed.origin)).toBe(text);
});

test.each([
  ['', 'empty'],
  ['a'.repeat(10_000), 'too-long'],
  ['example.com', 'no-scheme'],
  ['://example.com', 'no-scheme'],
  ['file://', 'opaque-scheme'],
  ['https://a.test, https://b.test', 'several'],
  ['https://a.test https://b.test', 'several'],
  ['https://a.test/', 'path'],
  ['https://a.test?q', 'path'],
  ['https://a.test#f', 'path'],
  ['https://user@a.test', 'userinfo'],
  ['HTTPS://a.test', 'uppercase'],
  ['https://A.test', 'uppercase'],
  ['https://münchen.example', 'not-punycode'],
  ['https://', 'host'],
  ['https://.a.test', 'host'],
  ['https://a..test', 'host'],
  ['https://-a.test', 'host'],
  ['https://a-.test', 'host'],
  ['https://a`.test', 'host'],
  [`https://${'a'.repeat(64)}.test`, 'host'],
  ['https://a_b.test', 'underscore'],
  ['https://*.test', 'host'],
  ['http://127.0.0.01', 'ipv4'],
  ['http://127.1', 'ipv4'],
  ['http://256.0.0.1', 'ipv4'],
  ['http://0x7f.1', 'ipv4'],
  ['http://0x7f000001', 'ipv4'],
  ['http://[0:0:0:0:0:0:0:1]:3000', 'ipv6'],
  ['http://[::1', 'ipv6'],
  ['http://[::ffff:127.0.0.1]', 'ipv6'],
  ['http://[fe80::1%25eth0]', 'ipv6'],
  ['https://a.test:443', 'default-port'],
  ['http://a.test:80', 'default-port'],
  ['https://a.test:0', 'port'],
  ['https://a.test:080', 'port'],
  ['https://a.test:65536', 'port'],
  ['https://a.test:', 'port'],
  ['https://a.test:x', 'port'],
])('%s is not: %s', (text, problem) => {
  expect(parseOrigin(text)).toEqual({ ok: false, problem });
});

test('an underscore is accepted when it is asked for', () => {
  expect(parseOrigin('https://a_b.test', { underscore: true })).toMatchObject({ ok: true });
});

test.each([
  ['0:0:0:0:0:0:0:1', '::1'],
  ['2001:DB8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
  ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
  ['1:2:3:4:5:6:7:0', '1:2:3:4:5:6:7:0'],
  ['::ffff:192.168.0.1', '::ffff:c0a8:1'],
  ['::', '::'],
  ['1::', '1::'],
  ['1:2:3', undefined],
  ['1::2::3', undefined],
  ['1:2:3:4:5:6:7:8:9', undefined],
  ['1:2:3:4::5:6:7:8', undefined],
  ['12345::', undefined],
  [':1:2:3:4:5:6:7', undefined],
  ['', undefined],
])('the canonical form of %s is %s', (text, canonical) => {
  expect(canonicalIpv6(text)).toBe(canonical);
});

test('IPv6 addresses are compressed as the URL Standard does it', () => {
  const piece = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff }));
  fc.assert(
    fc.property(fc.array(piece, { minLength: 8, maxLength: 8 }), (pieces) => {
      const text = pieces.map((value) => value.toString(16)).join(':');
      const reference = new URL(`http://[${text}]`).hostname.slice(1, -1);
      expect(canonicalIpv6(text)).toBe(reference);
      expect(canonicalIpv6(reference)).toBe(reference);
    }),
  );
});

test('what is parsed is what a browser writes: the URL parser finds the same origin', () => {
  const label = fc.constantFrom(
    'a',
    'b-c',
    'xn--mnchen-3ya',
    '1',
    '127',
    '0',
    'localhost',
    '-',
    '_',
    'A',
    '',
  );
  const host = fc.oneof(
    fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join('.')),
    fc.constantFrom('127.0.0.1', '[::1]', '[1::]', '[1:0::]'),
  );
  const text = fc
    .tuple(
      fc.constantFrom('http', 'https'),
      host,
      fc.constantFrom('', ':80', ':443', ':8080', ':0'),
    )
    .map(([scheme, name, port]) => `${scheme}://${name}${port}`);
  fc.assert(
    fc.property(text, (origin) => {
      const serialized = URL.canParse(origin) ? new URL(origin).origin : undefined;
      // Everything accepted is its own serialization; what the URL parser changes is refused.
      const parsed = parseOrigin(origin);
      expect(!parsed.ok || serialized === origin).toBe(true);
    }),
  );
});

function origin(text: string): Origin {
  const parsed = parseOrigin(text);
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.origin;
}

test('origins are the same by scheme, host and port, and an opaque one by nothing', () => {
  expect(isSameOrigin(origin('https://a.test'), origin('https://a.test'))).toBe(true);
  expect(isSameOrigin(origin('https://a.test'), origin('http://a.test'))).toBe(false);
  expect(isSameOrigin(origin('https://a.test'), origin('https://a.test:8443'))).toBe(false);
  expect(isSameOrigin(origin('null'), origin('null'))).toBe(false);
});

test.each([
  ['localhost', true],
  ['app.localhost', true],
  ['127.8.9.10', true],
  ['[::1]', true],
  ['127.evil.test', false],
  ['localhost.evil.test', false],
  ['[::2]', false],
])('%s is this machine: %s', (host, loopback) => {
  expect(isLoopback(host)).toBe(loopback);
});

import { expect, test } from 'vitest';
import { profiles } from './profile.ts';
import type { HeaderList } from './request.ts';
import { isSafelistedRequestHeader, unsafeRequestHeaderNames } from './safelist.ts';

const long = (length: number): string => 'x'.repeat(length);

// V1: the CORS-safelisted request-header, to the byte.
test.each<[row: string, name: string, value: string, safe: boolean]>([
  ['1.1', 'Accept', '*/*', true],
  ['1.2', 'Accept', 'application/json, text/plain;q=0.5', true],
  ['1.3', 'accept', '"', false],
  ['1.4', 'Accept', 'a(b)', false],
  ['1.5', 'Accept', 'a:b', false],
  ['1.6', 'Accept', '{}', false],
  ['1.7', 'Accept', 'a\u007F', false],
  ['1.8', 'Accept', 'a\tb', true],
  ['1.9', 'Accept', 'a\u0001b', false],
  ['1.10', 'Accept', long(128), true],
  ['1.11', 'Accept', long(129), false],
  ['1.12', 'Accept-Language', 'en-US,en;q=0.5', true],
  ['1.13', 'Accept-Language', 'en_US', false],
  ['1.14', 'Accept-Language', '*', true],
  ['1.15', 'Accept-Language', 'en\tUS', false],
  ['1.16', 'Accept-Language', '@', false],
  ['1.17', 'Content-Language', 'fr; q=1', true],
  ['1.18', 'Content-Language', 'fr/CA', false],
  ['1.19', 'Content-Language', long(129), false],
  ['1.20', 'Content-Type', 'text/plain', true],
  ['1.21', 'content-type', 'TEXT/PLAIN', true],
  ['1.22', 'Content-Type', 'text/plain;charset=utf-8', true],
  ['1.23', 'Content-Type', 'text/plain;', true],
  ['1.24', 'Content-Type', 'text/plain;garbage', true],
  ['1.25', 'Content-Type', 'text/plain;garbage\u0001\u0002', false],
  ['1.27', 'Content-Type', 'text/plain,', false],
  ['1.29', 'Content-Type', 'text/plain,text/plain', false],
  ['1.30', 'Content-Type', 'text/plain\u000B', false],
  ['1.32', 'Content-Type', 'text\t/\tplain', false],
  ['1.33', 'Content-Type', 'application/x-www-form-urlencoded', true],
  ['1.36', 'Content-Type', 'multipart/form-data; boundary=abc', true],
  ['1.37', 'Content-Type', 'multipart/form-data;"', false],
  ['1.42', 'Content-Type', ' ', false],
  ['1.43', 'Range', 'bytes=0-', true],
  ['1.45', 'Range', 'bytes=-500', false],
  ['1.46', 'Range', 'bytes=200-100', false],
  ['1.47', 'Range', 'bytes=0-1,2-3', false],
  ['1.48', 'Range', 'bytes = 0-1', false],
  ['1.50', 'Range', 'BYTES=0-1', false],
  ['1.51', 'Range', 'bytes=+0-1', false],
  ['1.52', 'Range', 'items=0-1', false],
  ['1.53', 'Range', 'bytes=0-1x', false],
  ['1.54', 'X-Test', '1', false],
  ['1.55', 'Authorization', 'Bearer x', false],
  ['1.56', 'Last-Event-ID', '1', false],
  ['1.57', 'Save-Data', 'on', false],
  ['1.58', 'DPR', '2', false],
  ['1.59', 'Cache-Control', 'no-cache', false],
  ['1.60', 'If-None-Match', '"x"', false],
  ['1.61', 'X-Requested-With', 'XMLHttpRequest', false],
])('%s: %s: %j is safe: %s', (row, name, value, safe) => {
  expect(isSafelistedRequestHeader(name, value)).toBe(safe);
  expect(isSafelistedRequestHeader(name, value, profiles.firefox)).toBe(safe);
  const webkit = safe || row === '1.50' || row === '1.51';
  expect(isSafelistedRequestHeader(name, value, profiles.webkit)).toBe(webkit);
  const chromium = safe || row === '1.57' || row === '1.58';
  expect(isSafelistedRequestHeader(name, value, profiles.chromium)).toBe(chromium);
});

const json = ['Content-Type', 'application/json'] as const;
const accepts: HeaderList = Array.from({ length: 8 }, () => ['Accept', long(128)] as const);

// V2: what Access-Control-Request-Headers asks for.
test.each<[row: string, headers: HeaderList, names: readonly string[]]>([
  ['2.1', [], []],
  [
    '2.2',
    [
      ['X-B', '1'],
      ['x-a', '1'],
      ['X-b', '2'],
    ],
    ['x-a', 'x-b'],
  ],
  ['2.3', [['Accept', '*/*'], json], ['content-type']],
  ['2.4', accepts, []],
  ['2.5', [...accepts, ['Accept-Language', 'en']], ['accept', 'accept-language']],
  [
    '2.6',
    [
      ['X-_', '1'],
      ['X-A', '1'],
      ['X-0', '1'],
    ],
    ['x-0', 'x-_', 'x-a'],
  ],
  [
    '2.7',
    [
      ['Authorization', 'x'],
      ['Content-Type', 'text/plain'],
    ],
    ['authorization'],
  ],
  [
    '2.8',
    [
      ['Range', 'bytes=0-9'],
      ['If-Match', '"x"'],
    ],
    ['if-match'],
  ],
])('%s: %j asks for %j', (row, headers, names) => {
  expect(unsafeRequestHeaderNames(headers)).toEqual(names);
  expect(unsafeRequestHeaderNames(headers, profiles.webkit)).toEqual(row === '2.5' ? [] : names);
});

// Each tried in Chromium 153: with the first value no preflight goes out, with the others one does.
test.each<[name: string, safe: string, ...unsafe: string[]]>([
  ['DPR', '1.5', '.5', '2.', 'x'],
  ['Device-Memory', '0.5', 'x'],
  ['Downlink', '1', 'x'],
  ['ECT', '4g', 'x'],
  ['Intervention', 'x'],
  ['RTT', '1', '1.5', 'x'],
  ['Save-Data', 'ON', 'off'],
  ['Viewport-Width', '10', 'x'],
  ['Width', '10', '1.5'],
])('Chromium lets %s pass with %j', (name, safe, ...unsafe) => {
  const isSafe = (value: string) => isSafelistedRequestHeader(name, value, profiles.chromium);
  expect(isSafe(safe)).toBe(true);
  expect(unsafe.filter(isSafe)).toEqual([]);
  expect(isSafelistedRequestHeader(name, safe)).toBe(false);
  expect(isSafe('1'.repeat(129))).toBe(false);
});

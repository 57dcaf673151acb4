import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hasCookie, hostCookie, readHostCookie } from './cookie.ts';

describe('hostCookie', () => {
  test('writes what the prefix asks for, and no Domain', () => {
    expect(hostCookie('session', 'abc')).toBe(
      '__Host-session=abc; Path=/; Secure; HttpOnly; SameSite=Lax',
    );
    const options = { sameSite: 'Strict', maxAgeSeconds: 60, httpOnly: false } as const;
    expect(hostCookie('csrf', 'abc', options)).toBe(
      '__Host-csrf=abc; Path=/; Secure; SameSite=Strict; Max-Age=60',
    );
    expect(hostCookie('session', '', { maxAgeSeconds: 0 })).toContain('; Max-Age=0');
  });

  test.each([
    ['', 'x'],
    ['a b', 'x'],
    ['a=b', 'x'],
    ['__Host-a', 'x'],
    ['a', 'x; Domain=example.com'],
    ['a', 'x\r\nSet-Cookie: b=c'],
    ['a', '"x"'],
    ['a', 'ü'],
    ['a', 'x'.repeat(4097)],
  ])('%j=%.20j stands in no cookie', (name, value) => {
    expect(() => hostCookie(name, value)).toThrow(RangeError);
  });

  test.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('%s is no age', (maxAgeSeconds) => {
    expect(() => hostCookie('a', 'b', { maxAgeSeconds })).toThrow(RangeError);
  });
});

describe('readHostCookie', () => {
  test('reads what hostCookie wrote', () => {
    const octet = fc.constantFrom(...Array.from('ABCxyz019!#$%&+-./:=?@[]^_`{|}~'));
    fc.assert(
      fc.property(fc.string({ unit: octet, maxLength: 50 }), (value) => {
        const [sent = ''] = hostCookie('a', value).split(';');
        expect(readHostCookie(`theme=dark; ${sent}; b=c`, 'a')).toBe(value);
      }),
    );
  });

  test.each([
    [undefined, undefined],
    ['', undefined],
    ['a=1', undefined],
    ['__Host-a=1', '1'],
    ['b=2;__Host-a=1', '1'],
    ['b=2; \t__Host-a=1; c=3', '1'],
    ['__Host-ab=1', undefined],
    ['__host-a=1', undefined],
    ['__Secure-a=1', undefined],
    // No browser sends one twice; somebody has put a second one in.
    ['__Host-a=1; __Host-a=2', undefined],
    // What a subdomain can set: to the browser the prefix is not there.
    ['\u00a0__Host-a=1', undefined],
    ['b=2; \u00a0__Host-a=1', undefined],
    ['\ufeff__Host-a=1', undefined],
    [`__Host-a=1; b=${'x'.repeat(16_384)}`, undefined],
  ])('%.30j', (header, value) => {
    expect(readHostCookie(header, 'a')).toBe(value);
  });

  test('a long header costs little', () => {
    const started = performance.now();
    for (const piece of [' ', ';', '\t', '__Host-a=', ' x']) {
      readHostCookie(piece.repeat(16_384 / piece.length), 'a');
    }
    expect(performance.now() - started).toBeLessThan(100);
  });
});

test('hasCookie reads names as generously as any server', () => {
  const has = (header: string): boolean => hasCookie(header, new Set(['session']));
  for (const header of [
    'session=1',
    'session',
    'a=1; session=2',
    'a=1;session',
    '\u00a0session =2;',
  ]) {
    expect([header, has(header)]).toEqual([header, true]);
  }
  for (const header of [
    '',
    ';',
    ';;=;',
    'a=session',
    'xsession=1',
    'sessions=1',
    'a=1; b=session=',
  ]) {
    expect([header, has(header)]).toEqual([header, false]);
  }
});

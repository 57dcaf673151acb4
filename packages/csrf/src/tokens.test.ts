import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { fromBase64url, toBase64url } from './base64url.ts';
import { keyRing } from './key-ring.ts';
import type { KeyRing } from './key-ring.ts';
import { csrfTokens } from './tokens.ts';
import type { CsrfTokens } from './tokens.ts';

const secret = (byte: number): Uint8Array => new Uint8Array(32).fill(byte);
const startMs = 1_800_000_000_000;
let nowMs = startMs;
const now = (): number => nowMs;
let ring: KeyRing;
let tokens: CsrfTokens;

beforeAll(async () => {
  ring = await keyRing([
    { id: 'b', secret: secret(2) },
    { id: 'a', secret: secret(1) },
  ]);
  tokens = csrfTokens({ keys: ring, now, lifetimeSeconds: 60 });
});

const refused = (problem: string): object => ({ ok: false, problem });

describe.each([
  ['plain', false],
  ['masked', true],
])('a token, %s', (_, masked) => {
  beforeAll(() => {
    tokens = csrfTokens({ keys: ring, now, lifetimeSeconds: 60, masked });
  });

  test('is good for its session, again and again', async () => {
    const token = await tokens.issue('session-1');
    expect(token).toMatch(/^[A-Za-z0-9._-]+$/);
    expect(await tokens.verify(token, 'session-1')).toEqual({ ok: true });
    expect(await tokens.verify(token, 'session-1')).toEqual({ ok: true });
    expect(await tokens.issue('session-1')).not.toBe(token);
  });

  test('is no good for another session', async () => {
    const token = await tokens.issue('session-1');
    for (const session of ['session-2', 'session-', 'session-1 ', 'Session-1']) {
      expect(await tokens.verify(token, session)).toEqual(refused('token-other-session'));
    }
    for (const session of [undefined, '', 'x'.repeat(4097)]) {
      expect(await tokens.verify(token, session)).toEqual(refused('token-without-session'));
    }
  });

  test('ends on the second', async () => {
    const token = await tokens.issue('s');
    nowMs = startMs + 59_999;
    expect(await tokens.verify(token, 's')).toEqual({ ok: true });
    nowMs = startMs + 60_000;
    expect(await tokens.verify(token, 's')).toEqual(refused('token-expired'));
    // Nobody learns whether a stranger's token has expired.
    expect(await tokens.verify(token, 't')).toEqual(refused('token-other-session'));
    nowMs = startMs;
  });

  test('is no token any more with any one bit of its text turned', async () => {
    const token = await tokens.issue('s');
    const turned: string[] = [];
    for (let at = 0; at < token.length * 8; at += 1) {
      const code = token.charCodeAt(at >> 3) ^ (1 << (at & 7));
      turned.push(token.slice(0, at >> 3) + String.fromCharCode(code) + token.slice((at >> 3) + 1));
    }
    const verified = await Promise.all(turned.map(async (text) => tokens.verify(text, 's')));
    expect(verified.filter(({ ok }) => ok)).toEqual([]);
    const problems = new Set(verified.map((each) => (each.ok ? 'ok' : each.problem)));
    expect([...problems].toSorted()).toEqual([
      'token-forged',
      'token-malformed',
      'token-other-session',
      'token-unknown-key',
    ]);
  });

  test('is no token any more when it is cut or made longer', async () => {
    const token = await tokens.issue('s');
    const texts = Array.from(token, (_char, at) => token.slice(0, at)).slice(1);
    texts.push(`${token}A`, `${token}AAAA`, ` ${token}`, `${token} `, `${token}=`, token.repeat(2));
    const verified = await Promise.all(texts.map(async (text) => tokens.verify(text, 's')));
    expect(new Set(verified.map((each) => JSON.stringify(each)))).toEqual(
      new Set([JSON.stringify(refused('token-malformed'))]),
    );
  });
});

describe('a plain token', () => {
  beforeAll(() => {
    tokens = csrfTokens({ keys: ring, now, lifetimeSeconds: 60 });
  });

  test('is no token any more with any one bit of its bytes turned', async () => {
    const bytes = fromBase64url(await tokens.issue('s')) ?? new Uint8Array();
    const texts = Array.from({ length: bytes.length * 8 }, (_, at) => {
      const turned = Uint8Array.from(bytes);
      turned[at >> 3] = (turned[at >> 3] ?? 0) ^ (1 << (at & 7));
      return toBase64url(turned);
    });
    const verified = await Promise.all(texts.map(async (text) => tokens.verify(text, 's')));
    expect(texts.length).toBe(8 * (2 + 1 + 8 + 16 + 64));
    expect(verified.filter(({ ok }) => ok)).toEqual([]);
  });

  test('is no longer good when its key has left the ring', async () => {
    let current = await keyRing([{ id: 'a', secret: secret(1) }]);
    const rotating = csrfTokens({ keys: () => current, now });
    const old = await rotating.issue('s');
    current = ring;
    expect(await rotating.verify(old, 's')).toEqual({ ok: true });
    current = await keyRing([{ id: 'b', secret: secret(2) }]);
    expect(await rotating.verify(old, 's')).toEqual(refused('token-unknown-key'));
    // The same name for another secret.
    current = await keyRing([{ id: 'a', secret: secret(9) }]);
    expect(await rotating.verify(old, 's')).toEqual(refused('token-forged'));
  });

  test('of another session is told from a forged one, and neither is a way in', async () => {
    const mine = await tokens.issue('mine');
    const theirs = fromBase64url(await tokens.issue('theirs')) ?? new Uint8Array();
    const bytes = fromBase64url(mine) ?? new Uint8Array();
    bytes.set(theirs.subarray(-32), bytes.length - 32);
    expect(await tokens.verify(toBase64url(bytes), 'mine')).toEqual(refused('token-other-session'));
    bytes.fill(0, 11);
    expect(await tokens.verify(toBase64url(bytes), 'mine')).toEqual(refused('token-forged'));
  });

  test.each([
    [undefined, 'token-missing'],
    ['', 'token-missing'],
    ['m.', 'token-malformed'],
  ])('%j is none', async (text, problem) => {
    expect(await tokens.verify(text, 's')).toEqual(refused(problem));
  });

  test('is nothing that somebody else writes', async () => {
    const written = fc.oneof(
      fc.string(),
      fc.uint8Array({ maxLength: 200 }).map(toBase64url),
      fc.constant('A'.repeat(1_000_000)),
      fc.uint8Array({ minLength: 91, maxLength: 91 }).map((bytes) => {
        bytes.set([1, 1, 0x62]);
        return toBase64url(bytes);
      }),
    );
    await fc.assert(
      fc.asyncProperty(written, async (text) => {
        expect(await tokens.verify(text, 's')).toMatchObject({ ok: false });
      }),
    );
  });
});

test('a session has a name, and a lifetime is one', async () => {
  await expect(tokens.issue('')).rejects.toThrow(RangeError);
  await expect(tokens.issue('x'.repeat(4097))).rejects.toThrow(RangeError);
  for (const lifetimeSeconds of [0, -1, 1.5, Number.NaN, 366 * 86_400 + 1]) {
    expect(() => csrfTokens({ keys: ring, lifetimeSeconds })).toThrow(RangeError);
  }
});

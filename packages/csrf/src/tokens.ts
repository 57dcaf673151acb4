import type { CsrfTokenProblem } from './decision.ts';
import type { KeyRing } from './key-ring.ts';
import { clockOf, fieldCharsMax, requireField } from './lifetime.ts';
import type { Lifetime } from './lifetime.ts';
import { mask, open, seal } from './seal.ts';
import type { SealProblem } from './seal.ts';

/** What tokens are made with. */
export interface TokenOptions extends Lifetime {
  /** The ring, or where the current one is, when it is replaced while the program runs. */
  readonly keys: KeyRing | (() => KeyRing);
  /** Eight hours unless told. */
  readonly lifetimeSeconds?: number | undefined;
  /** Whether a token looks different every time; for pages that are compressed. */
  readonly masked?: boolean | undefined;
}

/** What verifying came to. */
export type VerifiedToken =
  | { readonly ok: true }
  | { readonly ok: false; readonly problem: CsrfTokenProblem };

/** Tokens of one application. Made by `csrfTokens`. */
export interface CsrfTokens {
  /**
   * Makes a token for a session.
   *
   * @param session - What identifies it: its id, never the user's name, so that the token ends with
   * the session.
   * @throws RangeError when it is empty or longer than 4,096 characters.
   */
  readonly issue: (session: string) => Promise<string>;
  /** Verifies a token of any length and content for a session, in constant time. */
  readonly verify: (
    token: string | undefined,
    session: string | undefined,
  ) => Promise<VerifiedToken>;
}

const problems: Readonly<Record<SealProblem, CsrfTokenProblem>> = {
  missing: 'token-missing',
  malformed: 'token-malformed',
  'unknown-key': 'token-unknown-key',
  forged: 'token-forged',
  'not-bound': 'token-other-session',
  expired: 'token-expired',
};

const purpose = 'causeway csrf token';

/**
 * Makes signed tokens: HMAC-SHA-256 over the session, a nonce and the end of its life. Nothing is
 * kept on the server.
 *
 * @throws RangeError when the lifetime is none.
 *
 * @example
 * // Permitted: into the page or an answer, and back in a header or a form's field.
 * const tokens = csrfTokens({ keys });
 * const token = await tokens.issue(sessionId);
 *
 * @example
 * // Prohibited: one token for all who are not signed in. Give them a session id of their own first.
 * await tokens.issue('anonymous')
 */
export function csrfTokens(options: TokenOptions): CsrfTokens {
  const clock = clockOf(options, 8 * 3600);
  const { keys, masked = false } = options;
  const ring = typeof keys === 'function' ? keys : () => keys;
  return Object.freeze({
    async issue(session: string) {
      requireField('session', session);
      const text = await seal(ring(), { purpose, bindings: [session] }, clock.endSeconds());
      return masked ? mask(text) : text;
    },
    async verify(token: string | undefined, session: string | undefined): Promise<VerifiedToken> {
      if (session === undefined || session === '' || session.length > fieldCharsMax) {
        return { ok: false, problem: 'token-without-session' };
      }
      const asked = { text: token, nowSeconds: clock.nowSeconds() };
      const opened = await open(ring(), { purpose, bindings: [session] }, asked);
      return opened.ok ? { ok: true } : { ok: false, problem: problems[opened.problem] };
    },
  });
}

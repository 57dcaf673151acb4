import type { OriginClass } from './answers.ts';
import { decide, decideFor } from './decide.ts';
import { isPending } from './decider.ts';
import type { CorsDecider } from './decider.ts';
import type { CorsDecision, CorsFacts, CorsReason } from './decision.ts';
import { isLoopback, parseOrigin } from './origin.ts';
import { findOrigin } from './origin-set.ts';
import type { CorsPolicy } from './policy.ts';

/** Timers exist in every runtime; their types come with none of them here. */
declare function setTimeout(callback: () => void, milliseconds: number): unknown;
declare function clearTimeout(timer: unknown): void;

/**
 * Says whether an origin is allowed, from wherever that is known. Only `true` allows.
 *
 * @param origin - As a browser serializes it; it is a valid tuple origin, never `null` or a list.
 */
export type OriginProvider = (origin: string) => boolean | PromiseLike<boolean>;

/** How long a provider may take, and who hears of its failures. */
export interface OriginProviderOptions {
  /** In milliseconds, 1 to 60,000; 1,000 unless told. */
  readonly timeLimitMs?: number | undefined;
  /** Called once for every question that was not answered, with what was thrown. */
  readonly onFailure?: ((problem: ProviderProblem, error: unknown) => void) | undefined;
}

type ProviderProblem = Extract<CorsReason, { code: 'provider-failed' }>['problem'];
type Verdict = boolean | ProviderProblem;

/** Whoever makes up origins can have so many questions open, and no more. */
const openQuestionsMax = 1000;

const provided: OriginClass = {
  text: undefined,
  reason: Object.freeze({ code: 'origin-provided' }),
  origin: undefined,
};

/**
 * Lets a policy ask for the origins that it does not list: of tenants in a database, of previews
 * that come and go. Methods, headers and credentials stay the policy's. It fails closed: an answer
 * that comes too late, an error, or anything but `true` allows nothing, and the reason says so.
 *
 * What can never be allowed is not asked for: `null`, what is no origin, and `http:` origins of
 * other machines when the policy has credentials and does not accept them. Requests that ask for the
 * same origin at the same time share one question. Nothing is kept afterwards: an origin that is
 * taken off the list is refused with the next request, so that a cache is the provider's to have.
 *
 * @throws RangeError when the time limit is none; TypeError when the policy allows every origin.
 *
 * @example
 * const policy = orThrow(compilePolicy({ origins: ['https://app.example.com'], credentials: true }));
 * app.use(cors(withOriginProvider(policy, (origin) => tenants.hasOrigin(origin))));
 *
 * @example
 * // Not so: a provider that compares less than the whole origin lets https://example.com.evil.test in.
 * withOriginProvider(policy, (origin) => origin.startsWith('https://example.com'))
 */
export function withOriginProvider(
  policy: CorsPolicy,
  provider: OriginProvider,
  options: OriginProviderOptions = {},
): CorsDecider {
  const { timeLimitMs = 1000, onFailure } = options;
  if (!(timeLimitMs >= 1 && timeLimitMs <= 60_000)) {
    throw new RangeError('timeLimitMs is a number of milliseconds from 1 to 60000.');
  }
  if (policy.anyOrigin) {
    throw new TypeError('The policy allows every origin, so that the provider is never asked.');
  }
  const open = new Map<string, Promise<Verdict>>();
  const failed = (problem: ProviderProblem, error: unknown): ProviderProblem => {
    onFailure?.(problem, error);
    return problem;
  };

  function ask(origin: string): Verdict | Promise<Verdict> {
    const shared = open.get(origin);
    if (shared !== undefined) return shared;
    if (open.size >= openQuestionsMax) return failed('too-many', undefined);
    let answer: unknown;
    try {
      answer = provider(origin);
    } catch (error) {
      return failed('error', error);
    }
    if (!isPending(answer)) return answer === true;
    const question = inTime(answer, timeLimitMs)
      .then((told) => told === true)
      .catch((error: unknown) => failed(error === late ? 'time-limit' : 'error', error))
      .finally(() => open.delete(origin));
    open.set(origin, question);
    return question;
  }

  return {
    policy,
    decide(facts) {
      const { origin } = facts;
      if (origin === undefined || !isAskable(policy, origin)) return decide(policy, facts);
      const verdict = ask(origin);
      if (isPending(verdict)) {
        return verdict.then((told) => decisionFor(policy, facts, origin, told));
      }
      return decisionFor(policy, facts, origin, verdict);
    },
  };
}

const late = new Error('The origin provider did not answer in time.');

async function inTime(answer: PromiseLike<unknown>, milliseconds: number): Promise<unknown> {
  let timer: unknown;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late), milliseconds);
  });
  try {
    return await Promise.race([answer, limit]);
  } finally {
    clearTimeout(timer);
  }
}

function isAskable(policy: CorsPolicy, origin: string): boolean {
  if (findOrigin(policy.origins, origin) !== undefined) return false;
  const parsed = parseOrigin(origin);
  if (!parsed.ok || parsed.origin.kind === 'opaque') return false;
  const { scheme, host } = parsed.origin;
  return scheme !== 'http' || policy.insecureOrigins || isLoopback(host);
}

function decisionFor(
  policy: CorsPolicy,
  facts: CorsFacts,
  origin: string,
  verdict: Verdict,
): CorsDecision {
  const decision = decideFor(policy, facts, origin, verdict === true ? provided : undefined);
  if (typeof verdict === 'boolean' || decision.kind === 'none') return decision;
  return { ...decision, reason: { code: 'provider-failed', problem: verdict } };
}

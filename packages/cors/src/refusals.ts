import { askDecider, isPending, policyOf } from './decider.ts';
import type { CorsDecider } from './decider.ts';
import { decide } from './decide.ts';
import type { CorsDecision, CorsFacts, CorsReason } from './decision.ts';
import { describeDecision } from './describe.ts';
import { originCharsMax } from './origin.ts';
import type { CorsPolicy } from './policy.ts';

/** A refusal, for a log. It holds no cookie, no body and no query; what strangers chose is
 * shortened. */
export interface CorsRefusal {
  /** False when a policy that is only tried out would have refused. */
  readonly enforced: boolean;
  readonly kind: 'actual' | 'preflight';
  readonly origin: string;
  /** The method that the page wants to use. */
  readonly method: string;
  /** Without the query; absent when the adapter does not know it. */
  readonly path: string | undefined;
  readonly reason: CorsReason;
  /** The reason as a sentence, where the policy is at hand. */
  readonly message: string | undefined;
  /** How many refusals were left out since the last one that was told. */
  readonly leftOut: number;
}

/** Takes refusals. What it throws goes to whoever asked for the decision: it had better not. */
export type RefusalSink = (refusal: CorsRefusal) => void;

/** How many refusals are told. */
export interface RefusalLimits {
  /** At most so many in a minute, and each origin, path, method and reason once; 60 unless told. */
  readonly perMinute?: number | undefined;
  /** Milliseconds, for tests. */
  readonly now?: (() => number) | undefined;
}

const methodCharsMax = 32;
const pathCharsMax = 200;

/**
 * Tells of every request that is refused, so that the owner of a site learns why its page fails:
 * browsers tell it to nobody but whoever has the console open. Whoever can make refusals must not be
 * able to fill a disk: repetitions are told once a minute, and no more than a number of others.
 *
 * @param source - The policy, or who decides.
 * @throws RangeError when `perMinute` is no whole number from 1 to 10,000.
 *
 * @example
 * app.use(cors(reportRefusals(policy, (refusal) => log.warn(refusal, 'CORS'))));
 *
 * @example
 * // Not so: an origin that is added because it was refused lets everybody in who asks twice.
 * reportRefusals(policy, ({ origin }) => allowed.add(origin));
 */
export function reportRefusals(
  source: CorsPolicy | CorsDecider,
  sink: RefusalSink,
  limits: RefusalLimits = {},
): CorsDecider {
  const tell = limited(sink, limits);
  return {
    get policy() {
      return policyOf(source);
    },
    decide(facts) {
      const told = (decision: CorsDecision): CorsDecision => {
        if (!decision.allowed) tell(facts, decision, { enforced: true, policy: policyOf(source) });
        return decision;
      };
      const decision = askDecider(source, facts);
      return isPending(decision) ? decision.then(told) : told(decision);
    },
  };
}

/**
 * Tries a policy out before it is enforced: requests are decided by the one that is in force, and
 * every request that it allows and the candidate would refuse is told. Nothing is opened by it.
 *
 * @param enforced - Who decides.
 * @param candidate - The policy that is to replace it.
 * @throws RangeError when `perMinute` is no whole number from 1 to 10,000.
 *
 * @example
 * app.use(cors(reportOnly(current, stricter, (refusal) => log.info(refusal, 'would be refused'))));
 *
 * @example
 * // Not so: this enforces the stricter policy; what is reported has already been refused.
 * app.use(cors(reportRefusals(stricter, sink)));
 */
export function reportOnly(
  enforced: CorsPolicy | CorsDecider,
  candidate: CorsPolicy,
  sink: RefusalSink,
  limits: RefusalLimits = {},
): CorsDecider {
  const tell = limited(sink, limits);
  return {
    get policy() {
      return policyOf(enforced);
    },
    decide(facts) {
      const told = (decision: CorsDecision): CorsDecision => {
        const tried = decide(candidate, facts);
        if (decision.allowed && !tried.allowed) {
          tell(facts, tried, { enforced: false, policy: candidate });
        }
        return decision;
      };
      const decision = askDecider(enforced, facts);
      return isPending(decision) ? decision.then(told) : told(decision);
    },
  };
}

interface Judge {
  readonly enforced: boolean;
  readonly policy: CorsPolicy | undefined;
}

function limited(
  sink: RefusalSink,
  { perMinute = 60, now = Date.now }: RefusalLimits,
): (facts: CorsFacts, decision: CorsDecision, judge: Judge) => void {
  if (!Number.isInteger(perMinute) || perMinute < 1 || perMinute > 10_000) {
    throw new RangeError('perMinute is a whole number from 1 to 10000.');
  }
  const told = new Set<string>();
  let minute = Number.NaN;
  let leftOut = 0;
  return (facts, decision, judge) => {
    const current = Math.floor(now() / 60_000);
    if (current !== minute) {
      minute = current;
      told.clear();
    }
    const refusal = refusalOf(facts, decision);
    const name = 'name' in refusal.reason ? refusal.reason.name : '';
    const key = [refusal.origin, refusal.path, refusal.method, refusal.reason.code, name].join(' ');
    if (told.size >= perMinute || told.has(key)) {
      leftOut += 1;
      return;
    }
    told.add(key);
    const { enforced, policy } = judge;
    const message = policy && describeDecision(policy, facts, decision);
    const before = leftOut;
    leftOut = 0;
    sink({ enforced, ...refusal, message, leftOut: before });
  };
}

function refusalOf(
  facts: CorsFacts,
  decision: CorsDecision,
): Pick<CorsRefusal, 'kind' | 'origin' | 'method' | 'path' | 'reason'> {
  const preflight = decision.kind === 'preflight';
  const method = preflight ? (facts.requestMethod ?? '') : facts.method;
  return {
    kind: preflight ? 'preflight' : 'actual',
    origin: (facts.origin ?? '').slice(0, originCharsMax),
    method: method.slice(0, methodCharsMax),
    path: facts.url === undefined ? undefined : pathOf(facts.url),
    reason: decision.reason,
  };
}

/** The path of a URL or of a request target; a query may hold a secret. */
function pathOf(url: string): string {
  const schemeEnd = url.indexOf('://');
  const absolute = schemeEnd !== -1 && !url.startsWith('/');
  const pathStart = absolute ? url.indexOf('/', schemeEnd + 3) : 0;
  if (pathStart === -1) return '/';
  const end = url.slice(pathStart, pathStart + pathCharsMax).search(/[?#]/);
  return url.slice(pathStart, pathStart + (end === -1 ? pathCharsMax : end));
}

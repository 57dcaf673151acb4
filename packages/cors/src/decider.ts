import { decide } from './decide.ts';
import type { CorsDecision, CorsFacts } from './decision.ts';
import type { CorsPolicy } from './policy.ts';

/** Decides as a policy does: one that can be replaced while it serves, one that asks a database, one
 * that reports. */
export interface CorsDecider {
  decide(facts: CorsFacts): CorsDecision | PromiseLike<CorsDecision>;
  /** The policy that its decisions can be explained by (`describeDecision`). */
  readonly policy?: CorsPolicy | undefined;
}

/** A decision of whoever decides: at once for a policy. */
export function askDecider(
  decider: CorsPolicy | CorsDecider,
  facts: CorsFacts,
): CorsDecision | PromiseLike<CorsDecision> {
  return 'decide' in decider ? decider.decide(facts) : decide(decider, facts);
}

/** The policy behind whoever decides. */
export function policyOf(decider: CorsPolicy | CorsDecider): CorsPolicy | undefined {
  return 'decide' in decider ? decider.policy : decider;
}

/** Whether a value is still to come. */
export function isPending<Value>(value: Value | PromiseLike<Value>): value is PromiseLike<Value> {
  return typeof value === 'object' && value !== null && 'then' in value;
}

/**
 * @throws TypeError when it is neither a policy nor a decider: a configuration that was not compiled,
 * or what `compilePolicy` returned without the policy taken out.
 */
export function requireDecider(value: CorsPolicy | CorsDecider): void {
  if (typeof value === 'object' && value !== null && ('answers' in value || 'decide' in value)) {
    return;
  }
  throw new TypeError('This is no policy: give what orThrow(compilePolicy(config)) returns.');
}

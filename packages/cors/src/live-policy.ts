import { askDecider, policyOf, requireDecider } from './decider.ts';
import type { CorsDecider } from './decider.ts';
import type { CorsPolicy } from './policy.ts';

/** A policy that can be replaced while it serves. */
export interface LivePolicy extends CorsDecider {
  /** Takes effect with the next request, as a whole. */
  replace(next: CorsPolicy | CorsDecider): void;
}

/**
 * Makes a policy replaceable, for a configuration that is read again or edited by an operator. Every
 * request is decided by one policy from beginning to end; there is no moment with half of one. Since
 * only a compiled policy can be put in, a configuration with a mistake leaves the old one in place.
 *
 * @throws TypeError when it is given something else, also by `replace`.
 *
 * @example
 * const live = livePolicy(orThrow(compilePolicy(config)));
 * app.use(cors(live));
 * live.replace(orThrow(compilePolicy(await readConfig())));
 *
 * @example
 * // Not so: the list that was compiled is not kept, so that adding to it changes nothing.
 * config.origins.push('https://new.example.com');
 */
export function livePolicy(first: CorsPolicy | CorsDecider): LivePolicy {
  requireDecider(first);
  let current = first;
  return {
    decide: (facts) => askDecider(current, facts),
    get policy() {
      return policyOf(current);
    },
    replace(next) {
      requireDecider(next);
      current = next;
    },
  };
}

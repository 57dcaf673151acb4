import type { S3CorsDecision } from './decision.ts';

/** Per generation; there are two. A bucket's cache stays under about 200 KiB however many origins
 * and header lists strangers invent, and however many rules the bucket has. */
const entriesMax = 64;
const bytesMax = 96 * 1024;
/** A decision with its headers, beside what it says of each rule. Estimates, on the high side. */
const decisionBytes = 640;
const verdictBytes = 64;

/** A bounded memory of decisions. Whoever asks keeps the keys short. */
export interface DecisionCache {
  readonly get: (key: string) => S3CorsDecision | undefined;
  readonly set: (key: string, decision: S3CorsDecision) => void;
}

/**
 * Keeps what was asked lately, in two generations: when the young one is full it becomes the old
 * one, and what is asked for again moves back. No order is kept per hit, so a hit is one lookup.
 */
export function decisionCache(): DecisionCache {
  let young = new Map<string, S3CorsDecision>();
  let old = new Map<string, S3CorsDecision>();
  let bytes = 0;
  const set = (key: string, decision: S3CorsDecision): void => {
    const size = sizeOf(key, decision);
    if (young.size >= entriesMax || bytes + size > bytesMax) {
      old = young;
      young = new Map();
      bytes = 0;
    }
    young.set(key, decision);
    bytes += size;
  };
  const get = (key: string): S3CorsDecision | undefined => {
    const decision = young.get(key);
    if (decision !== undefined) return decision;
    const older = old.get(key);
    if (older !== undefined) set(key, older);
    return older;
  };
  return { get, set };
}

/** The key counts twice: the headers repeat most of it. */
function sizeOf(key: string, decision: S3CorsDecision): number {
  const reason = 'reason' in decision ? decision.reason : undefined;
  const verdicts = reason?.code === 'no-rule-matches' ? reason.rules.length : 0;
  return decisionBytes + 2 * key.length + verdicts * verdictBytes;
}

export type { OriginClass } from './answers.ts';
export type { CompileOptions } from './check-origins.ts';
export type { CorsConfig, OriginRule } from './config.ts';
export { decide } from './decide.ts';
export type { CorsDecider } from './decider.ts';
export type { CorsDecision, CorsFacts, CorsHeaders, CorsReason } from './decision.ts';
export { describeDecision } from './describe.ts';
export { CorsPolicyError, orThrow } from './issue.ts';
export type { CorsIssue, CorsIssueCode, IssueLike } from './issue.ts';
export { livePolicy } from './live-policy.ts';
export type { LivePolicy } from './live-policy.ts';
export {
  isLoopback,
  isSameOrigin,
  originCharsMax,
  parseOrigin,
  serializeOrigin,
} from './origin.ts';
export type { Origin, OriginProblem, ParsedOrigin } from './origin.ts';
export { parseOriginPattern } from './origin-pattern.ts';
export type { OriginPattern, OriginPatternProblem, ParsedOriginPattern } from './origin-pattern.ts';
export { withOriginProvider } from './origin-provider.ts';
export type { OriginProvider, OriginProviderOptions } from './origin-provider.ts';
export { findOrigin, originSet } from './origin-set.ts';
export type { OriginSet } from './origin-set.ts';
export { compilePolicy } from './policy.ts';
export type { CompiledPolicy, CorsPolicy } from './policy.ts';
export { reportOnly, reportRefusals } from './refusals.ts';
export type { CorsRefusal, RefusalLimits, RefusalSink } from './refusals.ts';
export { parseRequestHeaders, requestHeaderLimits } from './request-headers.ts';
export type { RequestedHeaders } from './request-headers.ts';
export { isToken } from './tokens.ts';
export { mergeVary, parseVary } from './vary.ts';

export { compileS3Cors } from './compile.ts';
export type { CompiledS3Cors, CompiledS3Rule, S3CorsPolicy } from './compile.ts';
export { decideS3, unknownBucket } from './decide.ts';
export type { S3CorsOptions } from './decide.ts';
export type {
  CorsHeaders,
  S3CorsDecision,
  S3CorsDimension,
  S3CorsFacts,
  S3CorsReason,
  S3RefusedPreflight,
  S3RuleVerdict,
} from './decision.ts';
export { describeS3Reason } from './describe.ts';
export type { S3CorsMethod, S3CorsRule } from './rule.ts';
export { s3CorsLimits, validateS3Cors } from './validate.ts';
export type { S3CorsIssue, S3CorsIssueCode } from './validate.ts';

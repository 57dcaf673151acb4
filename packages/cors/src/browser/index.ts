export { corsCheck } from './cors-check.ts';
export type { CorsCheck, CorsCheckFailure } from './cors-check.ts';
export { exposedNames } from './expose.ts';
export { isForbiddenResponseHeader } from '../forbidden-names.ts';
export { isForbiddenRequestHeader } from './forbidden.ts';
export { localNetworkAccess, spaceOf } from './local-network.ts';
export type { AddressSpace, LocalNetworkFacts, LocalNetworkVerdict } from './local-network.ts';
export { isForbiddenMethod, isSafelistedMethod, normalizeMethod } from './method.ts';
export type { IsPublicSuffix } from './origins.ts';
export { PreflightCache } from './preflight-cache.ts';
export type { Grant, PreflightKey } from './preflight-cache.ts';
export { profiles } from './profile.ts';
export type { EngineProfile } from './profile.ts';
export type {
  AsyncServer,
  BodyFacts,
  Engine,
  HeaderList,
  Initiator,
  PageFacts,
  ReferrerPolicy,
  RequestFacts,
  SentRequest,
  Server,
  ServerResponse,
} from './request.ts';
export { isSafelistedRequestHeader, unsafeRequestHeaderNames } from './safelist.ts';
export { simulate } from './simulate.ts';
export type { SimulateOptions } from './simulate.ts';
export type {
  ElementOutcome,
  Failure,
  FailureKind,
  Trace,
  TraceCache,
  TraceCheck,
  TraceExchange,
  TraceStep,
} from './trace.ts';

export { parseRequestHeaders, requestHeaderLimits } from './request-headers.ts';
export type { RequestedHeaders } from './request-headers.ts';
export { isToken } from './tokens.ts';

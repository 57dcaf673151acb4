export type { CsrfConfig } from './config.ts';
export { hostCookie, readHostCookie } from './cookie.ts';
export type { HostCookieOptions } from './cookie.ts';
export { decide, settleByToken } from './decide.ts';
export type {
  CsrfAllowed,
  CsrfAllowReason,
  CsrfDecision,
  CsrfDenied,
  CsrfDenyReason,
  CsrfFacts,
  CsrfStage,
  CsrfTokenAsked,
  CsrfTokenProblem,
  CsrfTokenReason,
} from './decision.ts';
export { describe } from './describe.ts';
export { CsrfPolicyError } from './issue.ts';
export type { CsrfIssue, CsrfIssueCode } from './issue.ts';
export { keyRing } from './key-ring.ts';
export type { KeyRing, SecretKey } from './key-ring.ts';
export { lintTrust } from './lint.ts';
export type { CredentialedOrigins } from './lint.ts';
export { compileCsrf, csrfPolicy } from './policy.ts';
export type { CompiledCsrf, CsrfPolicy } from './policy.ts';
export { limitReports } from './report.ts';
export type { CsrfReport, ReportLimits, ReportSink } from './report.ts';
export { transactionTickets } from './tickets.ts';
export type {
  RedeemedTicket,
  TicketOptions,
  TicketProblem,
  Transaction,
  TransactionTickets,
} from './tickets.ts';
export { csrfTokens } from './tokens.ts';
export type { CsrfTokens, TokenOptions, VerifiedToken } from './tokens.ts';
export { usedTicketsInMemory } from './used-tickets.ts';
export type { TicketUse, UsedTickets } from './used-tickets.ts';

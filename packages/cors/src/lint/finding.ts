import type { AddressSpace } from '../browser/local-network.ts';
import type { CompileOptions } from '../check-origins.ts';
import type { CorsIssueCode } from '../issue.ts';
import type { S3CorsIssueCode } from '../s3/validate.ts';

/** What can be said of a policy or of S3's rules beyond what makes them invalid. */
export type LintCode =
  | CorsIssueCode
  | S3CorsIssueCode
  | 'etag-not-exposed'
  | 'local-network-insecure'
  | 'local-network-permission'
  | 'max-age-negative'
  | 'max-age-over-cap'
  | 'method-shadowed'
  | 'origin-empty'
  | 'origin-insecure'
  | 'origin-never-matches'
  | 'origin-wildcard-wide'
  | 'private-network-obsolete'
  | 'rule-unreachable';

/** One change to a policy or a list of rules. Paths are written as in findings. */
export type Edit =
  | { readonly op: 'set'; readonly path: string; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: string }
  /** At the end of the list at the path, which is made when it is missing. */
  | { readonly op: 'append'; readonly path: string; readonly value: string };

/** Something that is wrong, unsafe, or without effect. */
export interface Finding {
  /** An error keeps the policy from being made, or S3 from taking the rules. */
  readonly severity: 'error' | 'warning';
  /** Stable; what tests and translations go by. */
  readonly code: LintCode;
  /** Where: `origins[2]`, `[1].AllowedOrigins[0]`; empty for the whole. */
  readonly path: string;
  /** What stands there. */
  readonly value: unknown;
  /** Why that is a problem, and what to write instead. */
  readonly message: string;
  /** The changes that correct it; empty where only its author can know what was meant. None of them
   * allows an origin that was not meant. */
  readonly fix: readonly Edit[];
}

/** What a linter cannot know by itself. */
export interface LintOptions extends CompileOptions {
  /** Where the server is, for pages that are farther away: `public` unless told. */
  readonly server?: AddressSpace | undefined;
}

/** Takes a finding. */
export type Found = (finding: Omit<Finding, 'fix'> & { readonly fix?: readonly Edit[] }) => void;

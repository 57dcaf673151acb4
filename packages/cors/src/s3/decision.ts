/** What S3's CORS rules are asked about: facts of a request, and nothing else of it. */
export interface S3CorsFacts {
  /** The method exactly as sent. Every `OPTIONS` is a preflight to S3. */
  readonly method: string;
  /** The `Origin` header. */
  readonly origin: string | undefined;
  /** `Access-Control-Request-Method`. S3 judges by it on every request, not only on `OPTIONS`. */
  readonly requestMethod?: string | undefined;
  /** `Access-Control-Request-Headers`, one value or one per line. */
  readonly requestHeaders?: string | readonly string[] | undefined;
  /** What the URL addresses; only the error document says it. `OBJECT` unless told. */
  readonly resourceType?: 'BUCKET' | 'OBJECT' | undefined;
}

/** What of a rule did not fit. */
export type S3CorsDimension = 'origin' | 'method' | 'header';

/** Why one rule did not match. */
export interface S3RuleVerdict {
  /** The rule's index in the configuration. */
  readonly rule: number;
  readonly id: string | undefined;
  /** Everything that did not fit, in the order in which S3 looks. Never empty. */
  readonly failed: readonly S3CorsDimension[];
  /** The first requested header that the rule does not allow. */
  readonly header: string | undefined;
}

/** Why CORS was not granted. `describeS3Reason` makes a sentence of it. */
export type S3CorsReason =
  | { readonly code: 'origin-missing' }
  | { readonly code: 'bucket-not-found' }
  | { readonly code: 'not-enabled' }
  | { readonly code: 'request-method-invalid'; readonly requestMethod: string | undefined }
  | {
      readonly code: 'no-rule-matches';
      readonly origin: string;
      readonly method: string;
      readonly rules: readonly S3RuleVerdict[];
    }
  | {
      /** No browser sends such a list; no rule is asked. */
      readonly code: 'request-headers-invalid';
      readonly problem: 'too-long' | 'too-many' | 'not-a-token';
    };

/** Header names as they go on the wire, with their values. */
export type CorsHeaders = Readonly<Record<string, string>>;

/**
 * The answer to "may this be read across origins". Shared between requests and frozen: copy the
 * headers, do not change them.
 *
 * - `none`: no `Origin`, not `OPTIONS`: run the operation.
 * - `actual`: run the operation and add the headers to whatever it answers, failures included.
 * - `preflight`: answer now with the status and the headers, and nothing else: no authentication.
 */
export type S3CorsDecision =
  | { readonly kind: 'none'; readonly headers: CorsHeaders }
  | {
      readonly kind: 'actual';
      readonly allowed: true;
      readonly headers: CorsHeaders;
      /** The index of the rule that matched. */
      readonly rule: number;
    }
  | {
      readonly kind: 'actual';
      readonly allowed: false;
      readonly headers: CorsHeaders;
      readonly reason: S3CorsReason;
    }
  | {
      readonly kind: 'preflight';
      readonly allowed: true;
      readonly status: 200;
      readonly headers: CorsHeaders;
      readonly rule: number;
    }
  | {
      readonly kind: 'preflight';
      readonly allowed: false;
      readonly status: 400 | 403;
      readonly headers: CorsHeaders;
      /** The error document: its Code, its Message, and the elements after them, in order. */
      readonly code: 'BadRequest' | 'AccessForbidden';
      readonly message: string;
      readonly fields: Readonly<Record<string, string>>;
      readonly reason: S3CorsReason;
    };

/** A preflight that S3 refuses. */
export type S3RefusedPreflight = Extract<S3CorsDecision, { status: 400 | 403 }>;

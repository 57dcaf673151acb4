/** What is decided about: facts of a request, and nothing else of it. */
export interface CorsFacts {
  /** The method exactly as sent. */
  readonly method: string;
  /** The `Origin` header. */
  readonly origin: string | undefined;
  /** The `Access-Control-Request-Method` header. */
  readonly requestMethod?: string | undefined;
  /** The `Access-Control-Request-Headers` header, one value or one per line. */
  readonly requestHeaders?: string | readonly string[] | undefined;
  /** What is asked for, as a path or a URL. Nothing is decided by it; reports name its path. */
  readonly url?: string | undefined;
}

/** Header names as they go on the wire, with their values. */
export type CorsHeaders = Readonly<Record<string, string>>;

/** Why it was decided so. `describeDecision` makes a sentence of it. */
export type CorsReason =
  | { readonly code: 'no-origin' }
  | { readonly code: 'origin-listed' }
  | { readonly code: 'any-origin' }
  | {
      /** A provider allowed it. */
      readonly code: 'origin-provided';
    }
  | {
      /** The provider did not answer in time, failed, or has too much to do. */
      readonly code: 'provider-failed';
      readonly problem: 'time-limit' | 'error' | 'too-many';
    }
  | { readonly code: 'origin-not-allowed' }
  | { readonly code: 'method-not-allowed' }
  | {
      /** The policy allows it in capitals; browsers compare letter by letter. */
      readonly code: 'method-case';
    }
  | { readonly code: 'method-not-a-token' }
  | { readonly code: 'header-not-allowed'; readonly name: string }
  | {
      /** The policy's `*` does not cover it. */
      readonly code: 'authorization-not-listed';
    }
  | {
      /** No browser sends such a list of headers. */
      readonly code: 'headers-invalid';
      readonly problem: 'too-long' | 'too-many' | 'not-a-token';
    };

interface Decided {
  /** Add these to the answer; copy them to change them. What every request gets is frozen. */
  readonly headers: CorsHeaders;
  /** The names in `headers.Vary`, to be merged (`mergeVary`) with what the answer says already. */
  readonly vary: readonly string[];
  /** The entry of `origins` that allows the origin, as it was written. */
  readonly rule: string | undefined;
  readonly reason: CorsReason;
}

/**
 * What CORS says to a request.
 *
 * - `none`: there is no `Origin`; run the handler.
 * - `actual`: run the handler, unless there is a status; the headers belong on whatever it answers,
 *   failures included.
 * - `preflight`: answer now with the status, the headers and no body; no handler, no authentication.
 */
export type CorsDecision =
  | (Decided & { readonly kind: 'none'; readonly allowed: true; readonly status: undefined })
  | (Decided & {
      readonly kind: 'actual';
      readonly allowed: boolean;
      /** 403 when the policy rejects what it does not allow. */
      readonly status: 403 | undefined;
    })
  | (Decided & {
      readonly kind: 'preflight';
      readonly allowed: boolean;
      readonly status: 200 | 204 | 403;
    });

/** An origin pattern that needs a word more than its text. */
export interface OriginRule {
  /** `https://*.example.com`, or anything else that may stand in `origins`. */
  readonly pattern: string;
  /** How many labels `*.` may stand for; any number unless told. */
  readonly labels?: 'any' | 'one' | undefined;
}

/**
 * Who may read what across origins. Everything that is left out is not allowed: without `origins`
 * nobody may read anything, without `credentials` nobody with cookies.
 */
export interface CorsConfig {
  /**
   * Origins as browsers send them (`https://app.example.com`), hosts below one
   * (`https://*.example.com`), any port (`http://localhost:*`), or `*` for everybody, which excludes
   * credentials.
   */
  readonly origins: readonly (string | OriginRule)[];
  /** Whether pages may send cookies, HTTP authentication and client certificates. */
  readonly credentials?: boolean | undefined;
  /**
   * Methods that a preflight may be granted, case-sensitive, or `*` without credentials. GET, HEAD
   * and POST need no permission: browsers send them without asking (Fetch Standard, "CORS-safelisted
   * method"), so that leaving them out forbids nothing.
   */
  readonly methods?: readonly string[] | undefined;
  /** Request headers that pages may set, or `*` without credentials, which never covers
   * `Authorization`: list that beside it. */
  readonly requestHeaders?: readonly string[] | undefined;
  /** Response headers that pages may read, or `*` without credentials. */
  readonly exposeHeaders?: readonly string[] | undefined;
  /** How long a browser may keep the answer to a preflight, in seconds, 0 to 86400; -1 is 0.
   * Chromium caps at 7200, Safari at 600; the default of all is 5. */
  readonly maxAgeSeconds?: number | undefined;
  /**
   * What happens to a request that is not allowed.
   *
   * - `continue` (default): it gets no permission, and that is all; the browser keeps the answer from
   *   the page. A preflight from an allowed origin is told everything that is allowed, so that the
   *   browser's console names the method or header that is not.
   * - `reject`: 403. Behind a proxy that changes host or scheme, this also rejects a site's own
   *   POSTs: they carry an `Origin`, and CORS does not know that it is the site's.
   */
  readonly onDenied?: 'continue' | 'reject' | undefined;
  /**
   * What a granted preflight is told.
   *
   * - `static-full` (default): everything that the policy allows, whatever was asked for. Chromium and
   *   WebKit keep one answer per URL, and this one serves every later request.
   * - `echo-bounded`: the method and the headers that were asked for, as far as they are allowed, and
   *   never `*`. For lists that are long or nobody's business; every other method on a URL costs
   *   another preflight.
   * - `wildcard`: `*` for methods and headers, which is shortest. Only for a policy that lists `*` for
   *   both, because a browser keeps the `*` for whatever it sends next; Firefox does not, and asks
   *   each time.
   */
  readonly preflightAnswer?: 'static-full' | 'echo-bounded' | 'wildcard' | undefined;
  /** The status of a granted preflight, 204 unless told. */
  readonly preflightStatus?: 200 | 204 | undefined;
  /** Whether answers to preflights carry `Vary`; true unless told. OPTIONS is not cacheable (RFC 9110
   * section 9.3.7), but some CDNs keep it all the same. */
  readonly varyOnPreflight?: boolean | undefined;
  /** Accept `_` in the host of an exact origin. */
  readonly allowUnderscoreInHosts?: boolean | undefined;
  /** Accept `null`: every sandboxed frame, data: URL and local file of every attacker has it. */
  readonly dangerouslyAllowNullOrigin?: boolean | undefined;
  /** Accept `http://` origins together with credentials: whoever is on the network speaks for them. */
  readonly dangerouslyAllowInsecureOrigins?: boolean | undefined;
  /** Accept `https://*.com`: everybody can register a name below it. */
  readonly dangerouslyAllowPublicSuffixes?: boolean | undefined;
}

/** Every key of `CorsConfig`, so that a misspelt one is not silently without effect. */
export const configKeys = {
  origins: true,
  credentials: true,
  methods: true,
  requestHeaders: true,
  exposeHeaders: true,
  maxAgeSeconds: true,
  onDenied: true,
  preflightAnswer: true,
  preflightStatus: true,
  varyOnPreflight: true,
  allowUnderscoreInHosts: true,
  dangerouslyAllowNullOrigin: true,
  dangerouslyAllowInsecureOrigins: true,
  dangerouslyAllowPublicSuffixes: true,
} satisfies Record<keyof CorsConfig, true>;

/**
 * Whose rules are followed: the Fetch Standard to the letter, or what an engine does where engines
 * differ from it and from one another.
 */
export type Engine = 'spec' | 'chromium' | 'firefox' | 'webkit';

/** Header names and values in the order in which they stand; a name may occur several times. */
export type HeaderList = readonly (readonly [name: string, value: string])[];

/** https://www.w3.org/TR/referrer-policy/#referrer-policies */
export type ReferrerPolicy =
  | 'no-referrer'
  | 'no-referrer-when-downgrade'
  | 'same-origin'
  | 'origin'
  | 'strict-origin'
  | 'origin-when-cross-origin'
  | 'strict-origin-when-cross-origin'
  | 'unsafe-url';

/** The page (or worker) that a request comes from. */
export interface PageFacts {
  /** Its serialised origin, `https://app.example`; `null` for an opaque one (a sandboxed frame, a
   * `data:` document, a file). */
  readonly origin: string;
  /** Its address, where that matters: in WebKit a beacon of an opaque page says the origin of it. */
  readonly url?: string | undefined;
  /** The site in the address bar, `https://app.example`, by which preflight caches are partitioned;
   * the page's own unless told. */
  readonly topLevelSite?: string | undefined;
  /** `Cross-Origin-Embedder-Policy`; `unsafe-none` unless told. */
  readonly embedderPolicy?: 'unsafe-none' | 'require-corp' | 'credentialless' | undefined;
  /** `strict-origin-when-cross-origin` unless told. */
  readonly referrerPolicy?: ReferrerPolicy | undefined;
}

/** What in the page asks. It decides mode, credentials mode and what happens with the answer. */
export type Initiator =
  | 'fetch'
  | 'xhr'
  | 'img'
  | 'script'
  | 'module-script'
  | 'stylesheet'
  | 'font'
  | 'css-image'
  | 'preload'
  | 'video'
  | 'iframe'
  | 'form'
  | 'link'
  | 'worker'
  | 'event-source'
  | 'beacon'
  | 'websocket';

/** What is sent as a body. `text` and the like bring the `Content-Type` that Fetch's "extract a body"
 * gives them, unless the page sets one. */
export type BodyFacts =
  | { readonly kind: 'none' }
  | { readonly kind: 'text' | 'urlencoded' | 'form-data' | 'bytes' | 'stream' }
  | { readonly kind: 'blob'; readonly type: string };

/** Facts of a request as a page makes it; whatever is left out is what the platform does by itself. */
export interface RequestFacts {
  readonly page: PageFacts;
  /** Absolute. */
  readonly url: string;
  /** `fetch` unless told. */
  readonly initiator?: Initiator | undefined;
  /** As written by the page, before it is normalised; `GET` unless told. */
  readonly method?: string | undefined;
  /** As written by the page, before forbidden names are dropped. */
  readonly headers?: HeaderList | undefined;
  readonly body?: BodyFacts | undefined;
  /** For `fetch` only; elements and XHR have theirs. */
  readonly mode?: 'cors' | 'no-cors' | 'same-origin' | 'navigate' | undefined;
  /** For `fetch` only. XHR, EventSource: `include` stands for `withCredentials`. */
  readonly credentials?: 'omit' | 'same-origin' | 'include' | undefined;
  readonly redirect?: 'follow' | 'error' | 'manual' | undefined;
  /** XHR: listeners on `xhr.upload` were there before `send()`. */
  readonly uploadListeners?: boolean | undefined;
  /** The `crossorigin` attribute of an element; absent means that it has none. */
  readonly crossorigin?: 'anonymous' | 'use-credentials' | undefined;
  /** An element has an `integrity` attribute. */
  readonly integrity?: boolean | undefined;
  /** Whether the browser holds cookies for the target that its cookie rules would let it send; no
   * unless told. */
  readonly cookies?: boolean | undefined;
}

/** A request as the server sees it. */
export interface SentRequest {
  readonly kind: 'preflight' | 'actual';
  readonly method: string;
  readonly url: string;
  /** Those that matter across origins, names in the spelling of the standard: `Origin`,
   * `Access-Control-Request-*`, `Cookie`, `Authorization`, `Content-Type` and what the page set. */
  readonly headers: HeaderList;
  readonly hasBody: boolean;
}

/** What the server answers. */
export interface ServerResponse {
  readonly status: number;
  readonly headers: HeaderList;
}

/** A server, seen from outside. */
export type Server = (request: SentRequest) => ServerResponse;

/** A server that needs time. */
export type AsyncServer = (request: SentRequest) => Promise<ServerResponse> | ServerResponse;

import { isToken } from '../tokens.ts';
import { isForbiddenRequestHeader } from './forbidden.ts';
import { combined, trim } from './header-list.ts';
import { isForbiddenMethod, isSafelistedMethod, normalizeMethod } from './method.ts';
import type { EngineProfile } from './profile.ts';
import type { BodyFacts, HeaderList, Initiator, RequestFacts } from './request.ts';
import { isSafelistedRequestHeader } from './safelist.ts';
import { includesCredentials, parseUrl, type ParsedUrl } from './url.ts';

export type Mode = 'cors' | 'no-cors' | 'same-origin' | 'navigate' | 'websocket';

/** A request of the Fetch Standard, as far as origins matter to it.
 * https://fetch.spec.whatwg.org/#concept-request */
export interface FetchRequest {
  readonly facts: RequestFacts;
  readonly initiator: Initiator;
  readonly method: string;
  readonly headers: HeaderList;
  /** As they were before any redirect took some away. */
  readonly firstHeaders: HeaderList;
  /** Names of headers that the last redirect took away, or would have. */
  readonly taken: ReadonlySet<string>;
  /** A redirect made a GET of it, and none has led to another origin since. */
  readonly becameGet: boolean;
  /** What the preflight before the last redirect asked for; undefined when there was none. */
  readonly askedBefore: readonly string[] | undefined;
  /** `stream`: a body that cannot be sent twice. */
  readonly body: 'none' | 'source' | 'stream';
  readonly mode: Mode;
  readonly credentials: 'omit' | 'same-origin' | 'include';
  readonly redirect: 'follow' | 'error' | 'manual';
  /** The page chose method and headers itself. */
  readonly unsafeRequest: boolean;
  readonly useCorsPreflight: boolean;
  /** All that redirects led to; the last one is the current one. */
  readonly urls: readonly [ParsedUrl, ...ParsedUrl[]];
  readonly tainting: 'basic' | 'cors' | 'opaque';
}

/** Why no request came of it: a `TypeError` (or a `SecurityError`) before anything was sent. */
export interface Refused {
  readonly refused: string;
}

/** What the platform makes of the facts. https://fetch.spec.whatwg.org/#dom-request */
export function fetchRequestOf(
  facts: RequestFacts,
  profile: EngineProfile,
): FetchRequest | Refused {
  const url = parseUrl(facts.url);
  if (url === undefined) return { refused: `"${facts.url}" is no absolute URL.` };
  const initiator = facts.initiator ?? 'fetch';
  const settings = settingsOf[initiator](facts, profile);
  if ('refused' in settings) return settings;
  if (initiator === 'fetch' && includesCredentials(url)) {
    return { refused: 'fetch() takes no URL with a user name or password.' };
  }
  const method = methodOf(facts, initiator);
  if (!isToken(method)) return { refused: `"${method}" is no method.` };
  if (isForbiddenMethod(method)) return { refused: `Pages may not send ${method}.` };
  const { mode } = settings;
  if (mode === 'no-cors' && settings.unsafeRequest && !isSafelistedMethod(method)) {
    return { refused: `Mode no-cors allows GET, HEAD and POST, not ${method}.` };
  }
  const body = bodyOf(facts.body, { initiator, method, mode, profile });
  if (typeof body === 'object') return body;
  const hasBody = body !== 'none';
  const listened = initiator === 'xhr' && facts.uploadListeners === true;
  const headers = headersOf(facts, { initiator, mode, profile, hasBody });
  if ('refused' in headers) return headers;
  return {
    facts,
    initiator,
    method,
    headers,
    firstHeaders: headers,
    taken: new Set(),
    becameGet: false,
    askedBefore: undefined,
    body,
    redirect: facts.redirect ?? 'follow',
    useCorsPreflight: body === 'stream' || (listened && (hasBody || !profile.uploadNeedsBody)),
    urls: [url],
    tainting: 'basic',
    ...settings,
  };
}

interface Settings {
  readonly mode: Mode;
  readonly credentials: FetchRequest['credentials'];
  readonly unsafeRequest: boolean;
}

type SettingsOf = (facts: RequestFacts, profile: EngineProfile) => Settings | Refused;

/** `withCredentials` of the API. */
const withCredentials = ({ credentials }: RequestFacts): 'include' | 'same-origin' =>
  credentials === 'include' ? 'include' : 'same-origin';

const potential: SettingsOf = ({ crossorigin }) => potentialCors(crossorigin);
const navigation: SettingsOf = () => ({
  mode: 'navigate',
  credentials: 'include',
  unsafeRequest: false,
});
const always: SettingsOf = ({ crossorigin }) => potentialCors(crossorigin ?? 'anonymous');

const settingsOf: Readonly<Record<Initiator, SettingsOf>> = {
  fetch({ mode = 'cors', credentials = 'same-origin' }) {
    if (mode === 'navigate') return { refused: 'fetch() does not navigate.' };
    return { mode, credentials, unsafeRequest: true };
  },
  xhr: (facts) => ({ mode: 'cors', credentials: withCredentials(facts), unsafeRequest: true }),
  'event-source': (facts) => ({
    mode: 'cors',
    credentials: withCredentials(facts),
    unsafeRequest: false,
  }),
  beacon: ({ body }, profile) => beaconSettings(body, profile),
  img: potential,
  script: potential,
  stylesheet: potential,
  video: potential,
  preload: ({ crossorigin }, { preloadIsCors }) =>
    potentialCors(crossorigin ?? (preloadIsCors ? 'anonymous' : undefined)),
  'module-script': always,
  font: always,
  'css-image': always,
  worker: () => ({ mode: 'same-origin', credentials: 'same-origin', unsafeRequest: false }),
  websocket: () => ({ mode: 'websocket', credentials: 'include', unsafeRequest: false }),
  iframe: navigation,
  form: navigation,
  link: navigation,
};

/** https://html.spec.whatwg.org/#create-a-potential-cors-request */
function potentialCors(crossorigin: RequestFacts['crossorigin']): Settings {
  if (crossorigin === undefined) {
    return { mode: 'no-cors', credentials: 'include', unsafeRequest: false };
  }
  const credentials = crossorigin === 'use-credentials' ? 'include' : 'same-origin';
  return { mode: 'cors', credentials, unsafeRequest: false };
}

/** https://w3c.github.io/beacon/#sec-processing-model: mode cors only when the type of the body is
 * none that a form could send. */
function beaconSettings(body: BodyFacts = { kind: 'none' }, profile: EngineProfile): Settings {
  const type = contentTypeOf(body);
  const simple = type === undefined || isSafelistedRequestHeader('content-type', type, profile);
  return { mode: simple ? 'no-cors' : 'cors', credentials: 'include', unsafeRequest: !simple };
}

function methodOf(facts: RequestFacts, initiator: Initiator): string {
  if (initiator === 'beacon') return 'POST';
  if (initiator === 'form') return facts.method?.toUpperCase() === 'POST' ? 'POST' : 'GET';
  if (initiator !== 'fetch' && initiator !== 'xhr') return 'GET';
  return normalizeMethod(facts.method ?? 'GET');
}

function bodyOf(
  { kind }: BodyFacts = { kind: 'none' },
  request: {
    readonly initiator: Initiator;
    readonly method: string;
    readonly mode: Mode;
    readonly profile: EngineProfile;
  },
): FetchRequest['body'] | Refused {
  const { initiator, method, mode, profile } = request;
  if (kind === 'none') return 'none';
  if (method === 'GET' || method === 'HEAD') {
    // XMLHttpRequest and forms pass over it instead.
    return initiator === 'fetch' ? { refused: `${method} has no body.` } : 'none';
  }
  if (kind !== 'stream') return 'source';
  if (profile.streamBody === 'refused') return { refused: 'Streams cannot be sent.' };
  if (profile.streamBody === 'text') return 'source';
  if (mode !== 'cors' && mode !== 'same-origin') {
    return { refused: 'A stream can be sent in modes cors and same-origin only.' };
  }
  return 'stream';
}

/** https://fetch.spec.whatwg.org/#concept-bodyinit-extract */
function contentTypeOf(body: BodyFacts): string | undefined {
  if (body.kind === 'blob') return body.type === '' ? undefined : body.type;
  return impliedTypes[body.kind];
}

const impliedTypes: Readonly<Partial<Record<BodyFacts['kind'], string>>> = {
  text: 'text/plain;charset=UTF-8',
  urlencoded: 'application/x-www-form-urlencoded;charset=UTF-8',
  'form-data': 'multipart/form-data; boundary=boundary',
};

const noCorsNames: ReadonlySet<string> = new Set([
  'accept',
  'accept-language',
  'content-language',
  'content-type',
]);

/** The page's headers as the guard of its `Headers` lets them through, in lower case and combined. */
function headersOf(
  facts: RequestFacts,
  request: {
    readonly initiator: Initiator;
    readonly mode: Mode;
    readonly profile: EngineProfile;
    readonly hasBody: boolean;
  },
): HeaderList | Refused {
  const { initiator, mode, profile, hasBody } = request;
  const own = initiator === 'fetch' || initiator === 'xhr' ? (facts.headers ?? []) : [];
  const kept: (readonly [string, string])[] = [];
  for (const [name, raw] of own) {
    const value = trim(raw);
    if (!isToken(name)) return { refused: `"${name}" is no header name.` };
    // oxlint-disable-next-line no-control-regex
    if (/[\u0000\n\r]|[^\u0000-\u00FF]/.test(value)) {
      return { refused: `The value of ${name} has a character that no header can have.` };
    }
    if (!isForbiddenRequestHeader(name, value)) kept.push([name.toLowerCase(), value]);
  }
  const implied = hasBody ? contentTypeOf(impliedBody(facts.body, profile)) : undefined;
  if (implied !== undefined && combined(kept, 'content-type') === undefined) {
    kept.push(['content-type', implied]);
  }
  const names = new Set(kept.map(([name]) => name));
  const list = [...names].map((name) => [name, combined(kept, name) ?? ''] as const);
  if (mode !== 'no-cors') return list;
  return list.filter(
    ([name, value]) => noCorsNames.has(name) && isSafelistedRequestHeader(name, value, profile),
  );
}

/** A stream that becomes the text `[object ReadableStream]` has the type of a text. */
function impliedBody(body: BodyFacts = { kind: 'none' }, { streamBody }: EngineProfile): BodyFacts {
  return body.kind === 'stream' && streamBody === 'text' ? { kind: 'text' } : body;
}

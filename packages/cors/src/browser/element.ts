import type { FetchRequest } from './fetch-request.ts';
import { combined } from './header-list.ts';
import { essenceOf, isDocument, isJavaScript, isNeverSniffed } from './mime-type.ts';
import { currentUrl, isSame } from './origins.ts';
import type { EngineProfile } from './profile.ts';
import type { Initiator, ServerResponse } from './request.ts';
import type { ElementOutcome, FailureKind } from './trace.ts';

/**
 * Why a response is kept from an element although the network gave it: `nosniff`, types that are no
 * scripts, opaque responses that are documents, integrity without CORS. A body's label is taken at
 * its word, since the model sees no bodies.
 * https://fetch.spec.whatwg.org/#should-response-to-request-be-blocked-due-to-nosniff
 */
export function blockedForElement(
  request: FetchRequest,
  { headers }: ServerResponse,
  profile: EngineProfile,
): FailureKind | undefined {
  const { initiator, tainting, facts } = request;
  const essence = essenceOf(combined(headers, 'content-type') ?? '');
  const script = initiator === 'script' || initiator === 'module-script' || initiator === 'worker';
  const options = combined(headers, 'x-content-type-options');
  const nosniff = options?.split(',')[0]?.trim().toLowerCase() === 'nosniff';
  if (nosniff && script && !isJavaScript(essence)) return 'BlockedByNosniff';
  if (nosniff && initiator === 'stylesheet' && essence !== 'text/css') return 'BlockedByNosniff';
  if (script && essence !== undefined && /^(?:audio|image|video)\/|^text\/csv$/.test(essence)) {
    return 'BlockedByNosniff';
  }
  if (tainting !== 'opaque') return undefined;
  const near = !profile.blocksOpaqueAtHome && isSame(facts.page.origin, currentUrl(request));
  const plain = profile.blocksOpaqueText && nosniff && essence === 'text/plain';
  if (
    profile.blocksOpaqueDocuments &&
    !near &&
    (isDocument(essence) || isNeverSniffed(essence) || plain) &&
    (script || initiator === 'img' || initiator === 'video')
  ) {
    return 'BlockedByOrb';
  }
  // An opaque response is not eligible: https://w3c.github.io/webappsec-subresource-integrity/
  return facts.integrity === true && initiator !== 'fetch' ? 'NotEligibleForIntegrity' : undefined;
}

/** What arrived for an element. */
interface Arrived {
  readonly response: ServerResponse;
  readonly opaque: boolean;
  readonly essence: string | undefined;
  readonly crossorigin: boolean;
  readonly redirected: boolean;
  readonly profile: EngineProfile;
}

const shown = ({ essence, opaque, profile }: Arrived): ElementOutcome => ({
  used: !isDocument(essence) && !(profile.pdfIsNoImage && essence === 'application/pdf'),
  tainted: opaque,
});
const always = ({ opaque }: Arrived): ElementOutcome => ({ used: true, tainted: opaque });

/** What is missing is no element. */
const outcomes: Readonly<Partial<Record<Initiator, (arrived: Arrived) => ElementOutcome>>> = {
  img: shown,
  video: shown,
  // A sheet without a type is one: https://html.spec.whatwg.org/#link-type-stylesheet, "default type".
  stylesheet: ({ response, essence, opaque, redirected, profile }) => ({
    used:
      isOk(response) &&
      (essence === 'text/css' ||
        (essence === undefined && !(redirected && profile.redirectedSheetsNeedType))),
    tainted: opaque,
  }),
  script: ({ response, opaque, profile }) => ({
    used: isOk(response) || (profile.scriptsFailFrom400 && response.status < 400),
    tainted: opaque && profile.mutesScriptErrors,
  }),
  'module-script': ({ response, essence }) => ({
    used: isOk(response) && isJavaScript(essence),
    tainted: false,
  }),
  worker: ({ response }) => ({ used: isOk(response), tainted: false }),
  // A font is fetched in mode cors; what was preloaded in another mode is fetched again.
  preload: ({ opaque, crossorigin }) => ({ used: !opaque && crossorigin, tainted: false }),
  'event-source': ({ response, essence }) => ({
    used: response.status === 200 && essence === 'text/event-stream',
    tainted: false,
  }),
  font: always,
  'css-image': always,
  iframe: always,
  form: always,
  link: always,
  websocket: always,
};

/** What the element makes of what arrived; undefined for what is none. Without a response it failed. */
export function elementOutcome(
  { initiator, facts, urls }: FetchRequest,
  response: ServerResponse | undefined,
  opaque: boolean,
  profile: EngineProfile,
): ElementOutcome | undefined {
  const outcome = outcomes[initiator];
  if (outcome === undefined || response === undefined) {
    return outcome && { used: false, tainted: false };
  }
  const essence = essenceOf(combined(response.headers, 'content-type') ?? '');
  const crossorigin = facts.crossorigin !== undefined;
  const redirected = urls.length > 1;
  return outcome({ response, opaque, essence, crossorigin, redirected, profile });
}

function isOk({ status }: ServerResponse): boolean {
  return status >= 200 && status <= 299;
}

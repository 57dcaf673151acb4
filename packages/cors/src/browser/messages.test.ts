import { describe, expect, test } from 'vitest';
import type { FailureKind } from './trace.ts';
import type { HeaderList, Initiator } from './request.ts';
import { simulate } from './simulate.ts';

const A = 'https://a.test';
const B = 'https://b.test/';
const munich = 'https://xn--mnchen-3ya.test';

type Row = readonly [
  row: string,
  origin: string,
  credentials: 'omit' | 'include',
  allowOrigin: readonly string[],
  allowCredentials: readonly string[],
  kind: FailureKind,
  firefox: keyof typeof firefoxReasons,
  webkit: keyof typeof webkitReasons,
];

const firefoxReasons = {
  CORSNotSupportingCredentials:
    'Credential is not supported if the CORS header ‘Access-Control-Allow-Origin’ is ‘*’',
  CORSMissingAllowCredentials: 'expected ‘true’ in CORS header ‘Access-Control-Allow-Credentials’',
  CORSAllowOriginNotMatchingOrigin: 'CORS header ‘Access-Control-Allow-Origin’ does not match ‘',
  CORSMultipleAllowOriginNotAllowed:
    'Multiple CORS header ‘Access-Control-Allow-Origin’ not allowed',
  CORSMissingAllowOrigin: 'CORS header ‘Access-Control-Allow-Origin’ missing',
} as const;

const webkitReasons = {
  W: 'Cannot use wildcard in Access-Control-Allow-Origin when credentials flag is true.',
  N: ' is not allowed by Access-Control-Allow-Origin.',
  M: 'Access-Control-Allow-Origin cannot contain more than one origin.',
  C: 'Credentials flag is true, but Access-Control-Allow-Credentials is not "true".',
} as const;

const noMatch = 'CORSAllowOriginNotMatchingOrigin';
const invalid = 'InvalidAllowOriginValue';
const mismatch = 'AllowOriginMismatch';
const several = 'MultipleAllowOriginValues';
const badCredentials = ['InvalidAllowCredentials', 'CORSMissingAllowCredentials', 'C'] as const;
const wildcard = ['WildcardOriginNotAllowed', 'CORSNotSupportingCredentials', 'W'] as const;

/** What fails of V4, with the columns for Firefox and WebKit; a row for the missing header. */
const rows: readonly Row[] = [
  ['missing', A, 'omit', [], [], 'MissingAllowOriginHeader', 'CORSMissingAllowOrigin', 'N'],
  ['4.3', A, 'include', ['*'], ['true'], ...wildcard],
  ['4.4', A, 'include', ['*'], [], ...wildcard],
  ['4.8', A, 'include', [A], ['TRUE'], ...badCredentials],
  ['4.9', A, 'include', [A], ['"true"'], ...badCredentials],
  ['4.11', A, 'include', [A], ['false'], ...badCredentials],
  ['4.12', A, 'include', [A], ['true', 'true'], ...badCredentials],
  ['4.16', A, 'omit', [' '], [], invalid, noMatch, 'N'],
  ['4.19', A, 'omit', [`${A}/`], [], mismatch, noMatch, 'N'],
  ['4.20', A, 'omit', ['a.test'], [], invalid, noMatch, 'N'],
  ['4.21', A, 'omit', ['//a.test'], [], invalid, noMatch, 'N'],
  ['4.22', A, 'omit', ['http://a.test'], [], mismatch, noMatch, 'N'],
  ['4.25', A, 'omit', ['https://*.test'], [], mismatch, noMatch, 'N'],
  ['4.26', A, 'omit', ['*.test'], [], invalid, noMatch, 'N'],
  ['4.27', A, 'omit', ['null'], [], mismatch, noMatch, 'N'],
  ['4.30', 'null', 'omit', ['NULL'], [], invalid, noMatch, 'N'],
  ['4.31', A, 'omit', [`${A}, https://b.test`], [], several, noMatch, 'M'],
  ['4.34', A, 'omit', ['*', '*'], [], several, 'CORSMultipleAllowOriginNotAllowed', 'M'],
  ['4.35', A, 'omit', ['*', A], [], several, 'CORSMultipleAllowOriginNotAllowed', 'M'],
  ['4.36', A, 'omit', ['* *'], [], several, noMatch, 'N'],
  ['4.37', A, 'omit', ['**'], [], invalid, noMatch, 'N'],
  ['4.38', A, 'omit', ['"*"'], [], invalid, noMatch, 'N'],
  ['4.39', A, 'omit', ["'*'"], [], invalid, noMatch, 'N'],
  ['4.40', A, 'omit', ['https://a.test.evil.test'], [], mismatch, noMatch, 'N'],
  ['4.41', munich, 'omit', ['https://münchen.test'], [], mismatch, noMatch, 'N'],
];

describe('the CORS check, as each console tells it', () => {
  for (const [row, origin, credentials, origins, allow, kind, firefox, webkit] of rows) {
    test(`V${row}: ${origin} with ${credentials}, answered ${JSON.stringify([origins, allow])}`, () => {
      const headers: HeaderList = [
        ...origins.map((value) => ['Access-Control-Allow-Origin', value] as const),
        ...allow.map((value) => ['Access-Control-Allow-Credentials', value] as const),
      ];
      const server = () => ({ status: 200, headers });
      const trace = simulate({ page: { origin }, url: B, credentials }, server, 'chromium');
      expect(trace.failure?.kind).toBe(kind);
      const { messages } = trace.failure ?? {};
      expect(messages?.firefox).toContain(firefoxReasons[firefox]);
      expect(messages?.webkit).toContain(webkitReasons[webkit]);
    });
  }
});

const put = { page: { origin: A }, url: B, method: 'PUT', headers: [['X-Test', '1']] } as const;
const allowed = ['Access-Control-Allow-Origin', A] as const;
const chromiumPrefix = `Access to fetch at '${B}' from origin '${A}' has been blocked by CORS policy: `;
const firefoxPrefix = `Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at ${B}. (Reason: `;

interface Said {
  readonly status: number;
  readonly headers: HeaderList;
  readonly chromium: string;
  readonly firefox: string;
  readonly webkit: string;
}

/** The texts as the sources of the three have them. */
const preflights: Readonly<Record<string, Said>> = {
  'the status of OPTIONS': {
    status: 404,
    headers: [allowed],
    chromium:
      "Response to preflight request doesn't pass access control check: It does not have HTTP ok status.",
    firefox: 'CORS preflight response did not succeed). Status code: 404.',
    webkit: 'Preflight response is not successful. Status code: 404',
  },
  'nothing allowed, and a status: WebKit looks at the status first': {
    status: 404,
    headers: [],
    chromium:
      "Response to preflight request doesn't pass access control check: No 'Access-Control-Allow-Origin' header is present on the requested resource.",
    firefox: 'CORS header ‘Access-Control-Allow-Origin’ missing). Status code: 404.',
    webkit: 'Preflight response is not successful. Status code: 404',
  },
  'a redirect of OPTIONS': {
    status: 301,
    headers: [allowed, ['Location', '/a']],
    chromium:
      "Response to preflight request doesn't pass access control check: Redirect is not allowed for a preflight request.",
    firefox: 'CORS request external redirect not allowed).',
    webkit: 'Preflight response is not successful. Status code: 301',
  },
  'a list that is none': {
    status: 204,
    headers: [allowed, ['Access-Control-Allow-Methods', 'PUT, GET;POST']],
    chromium:
      'Cannot parse Access-Control-Allow-Methods response header field in preflight response.',
    firefox: 'invalid token ‘GET;POST’ in CORS header ‘Access-Control-Allow-Methods’).',
    webkit: 'Header Access-Control-Allow-Methods has an invalid value: PUT, GET;POST',
  },
  'a method that is not listed': {
    status: 204,
    headers: [allowed],
    chromium: 'Method PUT is not allowed by Access-Control-Allow-Methods in preflight response.',
    firefox: 'Did not find method in CORS header ‘Access-Control-Allow-Methods’).',
    webkit: 'Method PUT is not allowed by Access-Control-Allow-Methods.',
  },
  'a header that is not listed': {
    status: 204,
    headers: [allowed, ['Access-Control-Allow-Methods', 'PUT']],
    chromium:
      'Request header field x-test is not allowed by Access-Control-Allow-Headers in preflight response.',
    firefox:
      'header ‘x-test’ is not allowed according to header ‘Access-Control-Allow-Headers’ from CORS preflight response).',
    webkit: 'Request header field X-Test is not allowed by Access-Control-Allow-Headers.',
  },
};

describe('the preflight, as each console tells it', () => {
  for (const [what, said] of Object.entries(preflights)) {
    test(`says ${what}`, () => {
      const { status, headers, chromium, firefox, webkit } = said;
      const { failure } = simulate(put, () => ({ status, headers }), 'chromium');
      expect(failure?.messages).toEqual({
        chromium: chromiumPrefix + chromium,
        firefox: firefoxPrefix + firefox,
        webkit,
      });
    });
  }
});

interface Blocked {
  readonly initiator: Initiator;
  readonly crossorigin?: 'anonymous';
  readonly integrity?: true;
  readonly headers: HeaderList;
  readonly chromium: string;
  readonly firefox: string;
}

const nosniff = ['X-Content-Type-Options', 'nosniff'] as const;
const open = ['Access-Control-Allow-Origin', '*'] as const;
const typed = (type: string) => ['Content-Type', type] as const;
const loads = 'Failed to load resource: net::ERR_';

/** As Chromium 153 and Firefox 153 wrote it. */
const corpText = `The resource at “${B}” was blocked due to its Cross-Origin-Resource-Policy header (or lack thereof). See https://developer.mozilla.org/docs/Web/HTTP/Cross-Origin_Resource_Policy_(CORP)#`;

const others: Readonly<Record<string, Blocked>> = {
  'a script with nosniff': {
    initiator: 'script',
    crossorigin: 'anonymous',
    headers: [open, nosniff, typed('text/plain')],
    chromium: `Refused to execute script from '${B}' because its MIME type ('text/plain') is not executable, and strict MIME type checking is enabled.`,
    firefox: `The resource from “${B}” was blocked due to MIME type (“text/plain”) mismatch (X-Content-Type-Options: nosniff).`,
  },
  'a script that is a table': {
    initiator: 'script',
    crossorigin: 'anonymous',
    headers: [open, typed('text/csv')],
    chromium: `Refused to execute script from '${B}' because its MIME type ('text/csv') is not executable.`,
    firefox: `Script from “${B}” was blocked because of a disallowed MIME type (“text/csv”).`,
  },
  'an opaque script that is an image': {
    initiator: 'script',
    headers: [typed('image/png')],
    chromium: `Refused to execute script from '${B}' because its MIME type ('image/png') is not executable.`,
    firefox: `Script from “${B}” was blocked because of a disallowed MIME type (“image/png”).`,
  },
  'an opaque script with nosniff, which ORB drops without a word': {
    initiator: 'script',
    headers: [nosniff, typed('application/json')],
    chromium: '',
    firefox: `The resource from “${B}” was blocked due to MIME type (“application/json”) mismatch (X-Content-Type-Options: nosniff).`,
  },
  'a module with nosniff': {
    initiator: 'module-script',
    headers: [open, nosniff, typed('text/plain')],
    chromium:
      'Failed to load module script: Expected a JavaScript-or-Wasm module script but the server responded with a MIME type of "text/plain". Strict MIME type checking is enforced for module scripts per HTML spec.',
    firefox: `Loading module from “${B}” was blocked because of a disallowed MIME type (“text/plain”).`,
  },
  'a style sheet with nosniff': {
    initiator: 'stylesheet',
    crossorigin: 'anonymous',
    headers: [open, nosniff, typed('text/plain')],
    chromium: `Refused to apply style from '${B}' because its MIME type ('text/plain') is not a supported stylesheet MIME type, and strict MIME checking is enabled.`,
    firefox: `The resource from “${B}” was blocked due to MIME type (“text/plain”) mismatch (X-Content-Type-Options: nosniff).`,
  },
  'integrity without CORS': {
    initiator: 'script',
    integrity: true,
    headers: [typed('text/javascript')],
    chromium: `Subresource Integrity: The resource '${B}' has an integrity attribute, but the resource requires the request to be CORS enabled to check the integrity, and it is not. The resource has been blocked because the integrity cannot be enforced.`,
    firefox: `“${B}” is not eligible for integrity checks since it’s neither CORS-enabled nor same-origin.`,
  },
  'an image for its own origin': {
    initiator: 'img',
    headers: [['Cross-Origin-Resource-Policy', 'same-origin']],
    chromium: `${loads}BLOCKED_BY_RESPONSE.NotSameOrigin`,
    firefox: corpText,
  },
  'an image for its own site': {
    initiator: 'img',
    headers: [['Cross-Origin-Resource-Policy', 'same-site']],
    chromium: `${loads}BLOCKED_BY_RESPONSE.NotSameSite`,
    firefox: corpText,
  },
};

describe('what is not CORS, as each console tells it', () => {
  // Two sites, so that same-site does not let the image through.
  const page = { origin: 'https://a.example' };
  for (const [what, { headers, chromium, firefox, ...facts }] of Object.entries(others)) {
    test(`says ${what}`, () => {
      const server = () => ({ status: 200, headers });
      const { failure } = simulate({ page, url: B, ...facts }, server, 'chromium');
      expect(failure?.messages).toMatchObject({ chromium, firefox });
    });
  }
});

// Tried in Firefox 153: with its name in lower case, a second line is not counted.
test('Firefox counts lines of Access-Control-Allow-Origin by the letter', () => {
  const told = (name: string) => {
    const headers = [[name, A] as const, [name, A] as const];
    const server = () => ({ status: 200, headers });
    return simulate({ page: { origin: A }, url: B }, server, 'firefox').failure?.messages.firefox;
  };
  expect(told('Access-Control-Allow-Origin')).toContain('Multiple CORS header');
  expect(told('access-control-allow-origin')).toContain(`does not match ‘${A}, ${A}’`);
});

test('a redirect to a user name is told with empty quotes', () => {
  const headers: HeaderList = [open, ['Location', 'https://u:p@b.test/']];
  const { failure } = simulate(
    { page: { origin: A }, url: B },
    () => ({ status: 302, headers }),
    'chromium',
  );
  expect(failure?.messages.chromium).toBe(
    `${chromiumPrefix}Redirect location '' contains a username and password, which is disallowed for cross-origin requests.`,
  );
});

test('a redirected request is told with the URL that it began with', () => {
  const server = ({ url }: { readonly url: string }) =>
    url === B
      ? { status: 302, headers: [allowed, ['Location', '/next'] as const] }
      : { status: 200, headers: [] };
  const { failure } = simulate({ page: { origin: A }, url: B }, server, 'chromium');
  expect(failure?.messages.chromium).toBe(
    `Access to fetch at '${B}next' (redirected from '${B}') from origin '${A}' has been blocked by CORS policy: No 'Access-Control-Allow-Origin' header is present on the requested resource.`,
  );
});

/**
 * The URL of the URL Standard. This package has no DOM and no Node types on purpose, but every
 * runtime that can hold it has `URL` (WinterTC's Minimum Common API), and a second parser of our own
 * would differ from the browsers' where it matters most. So the few members in use are declared here.
 */
export interface ParsedUrl {
  readonly href: string;
  /** `null` where the scheme has no origin. */
  readonly origin: string;
  /** `https:`. */
  readonly protocol: string;
  readonly hostname: string;
  readonly username: string;
  readonly password: string;
}

interface UrlConstructor {
  new (url: string, base?: string): ParsedUrl;
  canParse?(url: string, base?: string): boolean;
}

declare const URL: UrlConstructor;

/** The URL that a text is, or undefined when the standard's parser fails. */
export function parseUrl(text: string, base?: string): ParsedUrl | undefined {
  try {
    return new URL(text, base);
  } catch {
    return undefined;
  }
}

/** https://fetch.spec.whatwg.org/#http-scheme */
export function isHttp({ protocol }: ParsedUrl): boolean {
  return protocol === 'http:' || protocol === 'https:';
}

/** https://url.spec.whatwg.org/#include-credentials */
export function includesCredentials({ username, password }: ParsedUrl): boolean {
  return username !== '' || password !== '';
}

/** Without the fragment, which is never sent. */
export function withoutFragment({ href }: ParsedUrl): string {
  const hash = href.indexOf('#');
  return hash === -1 ? href : href.slice(0, hash);
}

import { isToken } from '../tokens.ts';
import { trim } from './header-list.ts';

/**
 * Type and subtype in lower case, `text/plain`; undefined when the text is no MIME type. Parameters
 * never make it fail. https://mimesniff.spec.whatwg.org/#parse-a-mime-type
 *
 * @example
 * essenceOf('TEXT/Plain;charset=utf-8') // 'text/plain'
 * @example
 * essenceOf('text/plain,text/plain') // undefined: it is not read as a list
 */
export function essenceOf(text: string): string | undefined {
  const value = trim(text);
  const slash = value.indexOf('/');
  if (slash === -1) return undefined;
  const type = value.slice(0, slash);
  const semicolon = value.indexOf(';', slash);
  const subtype = value.slice(slash + 1, semicolon === -1 ? undefined : semicolon);
  const trimmed = subtype.replace(/[\t\n\r ]+$/, '');
  if (!isToken(type) || !isToken(trimmed)) return undefined;
  return `${type}/${trimmed}`.toLowerCase();
}

const scripts: ReadonlySet<string> = new Set([
  'application/ecmascript',
  'application/javascript',
  'application/x-ecmascript',
  'application/x-javascript',
  'text/ecmascript',
  'text/javascript',
  'text/javascript1.0',
  'text/javascript1.1',
  'text/javascript1.2',
  'text/javascript1.3',
  'text/javascript1.4',
  'text/javascript1.5',
  'text/jscript',
  'text/livescript',
  'text/x-ecmascript',
  'text/x-javascript',
]);

/** https://mimesniff.spec.whatwg.org/#javascript-mime-type */
export function isJavaScript(essence: string | undefined): boolean {
  return essence !== undefined && scripts.has(essence);
}

/** HTML, JSON and XML, but for SVG: what no element other than a frame has a use for.
 * https://github.com/annevk/orb, "opaque-blocklisted MIME type" */
export function isDocument(essence: string | undefined): boolean {
  if (essence === undefined || essence === 'image/svg+xml') return false;
  return (
    essence === 'text/html' ||
    essence === 'application/json' ||
    essence === 'text/json' ||
    essence === 'application/xml' ||
    essence === 'text/xml' ||
    essence.endsWith('+json') ||
    essence.endsWith('+xml')
  );
}

const neverSniffed: ReadonlySet<string> = new Set([
  'application/gzip',
  'application/msword',
  'application/pdf',
  'application/vnd.ms-excel',
  'application/vnd.ms-powerpoint',
  'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  'application/x-gzip',
  'application/x-protobuf',
  'application/zip',
  'multipart/byteranges',
  'multipart/signed',
  'text/csv',
  'text/event-stream',
]);

/** What is surely neither script, style, image nor sound, whatever its bytes; of the list those types
 * that one meets. https://github.com/annevk/orb, "opaque-blocklisted-never-sniffed MIME type" */
export function isNeverSniffed(essence: string | undefined): boolean {
  return essence !== undefined && neverSniffed.has(essence);
}

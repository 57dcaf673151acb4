import type { Report } from './check-types.ts';
import type { CorsConfig } from './config.ts';
import { isForbiddenRequestName, isForbiddenResponseHeader } from './forbidden-names.ts';
import { isToken } from './tokens.ts';

/** Methods that Fetch forbids pages to send (Fetch Standard, "forbidden method"). */
const forbiddenMethods = new Set(['CONNECT', 'TRACE', 'TRACK']);
/** Methods whose case browsers correct (Fetch Standard, "normalize a method"). */
const normalisedMethods = new Set(['DELETE', 'GET', 'HEAD', 'OPTIONS', 'POST', 'PUT']);
/** Firefox keeps the answer to a preflight for a day at most, every other browser for less. */
export const maxAgeMax = 86_400;

/** What the checks report to: errors and warnings. */
export interface Reports {
  readonly error: Report;
  readonly warning: Report;
}

/** Checks the methods, the header names and the age. */
export function checkNames(config: CorsConfig, reports: Reports): void {
  const credentials = config.credentials === true;
  checkMethods(config.methods ?? [], credentials, reports);
  checkRequestHeaders(config.requestHeaders ?? [], credentials, reports);
  checkExposeHeaders(config.exposeHeaders ?? [], credentials, reports);
  checkAnswer(config, credentials, reports.error);
  const age = config.maxAgeSeconds;
  if (age !== undefined && (!Number.isInteger(age) || age < -1 || age > maxAgeMax)) {
    const message = `maxAgeSeconds must be a whole number of seconds from 0 to ${maxAgeMax}, or -1: browsers keep no answer longer.`;
    reports.error('max-age-invalid', 'maxAgeSeconds', age, message);
  }
}

function checkMethods(methods: readonly string[], credentials: boolean, reports: Reports): void {
  checkDuplicates('methods', methods, reports.error);
  for (const [index, method] of methods.entries()) {
    const path = `methods[${index}]`;
    const upper = method.toUpperCase();
    if (method === '*') {
      if (credentials) wildcardRefused(path, 'methods', reports.error);
    } else if (!isToken(method)) {
      reports.error('method-invalid', path, method, `"${method}" is no method.`);
    } else if (forbiddenMethods.has(upper)) {
      const message = `Browsers let no page send ${upper}.`;
      reports.error('method-forbidden', path, method, message);
    } else if (method !== upper) {
      const message = normalisedMethods.has(upper)
        ? `Browsers send ${upper} whatever a page writes, so "${method}" never matches; write ${upper}.`
        : `Browsers compare "${method}" letter by letter and pages usually write ${upper}; list ${upper}, or both.`;
      reports.warning('method-case', path, method, message);
    }
  }
}

function checkRequestHeaders(
  names: readonly string[],
  credentials: boolean,
  reports: Reports,
): void {
  checkDuplicates('requestHeaders', lower(names), reports.error);
  for (const [index, name] of names.entries()) {
    const path = `requestHeaders[${index}]`;
    if (name === '*') {
      if (credentials) wildcardRefused(path, 'header names', reports.error);
      else if (!lower(names).includes('authorization')) {
        const message =
          '"*" does not cover Authorization (Fetch Standard, "CORS non-wildcard request-header name"); list it as well if pages send it.';
        reports.warning('wildcard-without-authorization', path, name, message);
      }
    } else if (!isToken(name)) {
      reports.error('header-invalid', path, name, `"${name}" is no header name.`);
    } else if (isForbiddenRequestName(name)) {
      const message = `Browsers let no page set ${name}, so that no preflight ever asks for it.`;
      reports.warning('header-forbidden', path, name, message);
    }
  }
}

function checkExposeHeaders(
  names: readonly string[],
  credentials: boolean,
  reports: Reports,
): void {
  checkDuplicates('exposeHeaders', lower(names), reports.error);
  for (const [index, name] of names.entries()) {
    const path = `exposeHeaders[${index}]`;
    if (name === '*') {
      if (credentials) wildcardRefused(path, 'header names', reports.error);
    } else if (!isToken(name)) {
      reports.error('expose-invalid', path, name, `"${name}" is no header name.`);
    } else if (isForbiddenResponseHeader(name)) {
      const message = `Browsers show ${name} to no page (Fetch Standard, "forbidden response-header name").`;
      reports.error('expose-forbidden', path, name, message);
    }
  }
}

function checkAnswer(config: CorsConfig, credentials: boolean, error: Report): void {
  const { methods = [], requestHeaders = [], preflightAnswer } = config;
  if (preflightAnswer !== 'wildcard') return;
  if (credentials) {
    const message =
      'With credentials "*" is a name like any other and covers nothing; answer static-full.';
    error('wildcard-with-credentials', 'preflightAnswer', preflightAnswer, message);
  } else if (!methods.includes('*') || !requestHeaders.includes('*')) {
    const message =
      'The answer "*" allows every method and every header for as long as the browser keeps it; list "*" for both, or answer static-full.';
    error('preflight-answer-wider', 'preflightAnswer', preflightAnswer, message);
  }
}

function wildcardRefused(path: string, what: string, error: Report): void {
  const message = `With credentials "*" is a name like any other and covers nothing; list the ${what}.`;
  error('wildcard-with-credentials', path, '*', message);
}

function checkDuplicates(key: string, values: readonly string[], error: Report): void {
  for (const [index, value] of values.entries()) {
    const first = values.indexOf(value);
    if (first === index) continue;
    error('duplicate', `${key}[${index}]`, value, `"${value}" stands at ${key}[${first}] already.`);
  }
}

function lower(names: readonly string[]): readonly string[] {
  return names.map((name) => name.toLowerCase());
}

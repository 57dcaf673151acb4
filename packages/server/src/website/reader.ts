import type { HttpRequest } from '../http/request.ts';

const conditions = [
  'if-match',
  'if-none-match',
  'if-modified-since',
  'if-unmodified-since',
  'range',
];

/**
 * The request as somebody sends it who has not signed it: a website is for everybody, and its
 * visitors' queries are the pages' own.
 *
 * @param how `anyway`: it is about another object than was asked for
 */
export function readerOf(
  request: HttpRequest,
  method: string,
  how: 'asked' | 'anyway',
): HttpRequest {
  const headers = { ...request.headers };
  delete headers['authorization'];
  if (how === 'anyway') for (const name of conditions) delete headers[name];
  const { id, path, rawHeaders, remoteAddress, receivedMs } = request;
  return {
    id,
    method,
    path,
    query: '',
    headers,
    rawHeaders,
    remoteAddress,
    receivedMs,
    get body() {
      return request.body;
    },
    get signal() {
      return request.signal;
    },
  };
}

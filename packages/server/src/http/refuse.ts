import type { Socket } from 'node:net';

interface ClientError extends Error {
  readonly code?: string;
}

/**
 * Answers bytes that are not HTTP, a head that is too large or too slow, and closes. No request
 * exists yet, so there is no bucket, no CORS and no request id.
 */
export function refuse(error: ClientError, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const [status, code, message] = kind(error.code ?? '');
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: application/xml\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
  );
}

function kind(code: string): readonly [string, string, string] {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return [
        '431 Request Header Fields Too Large',
        'RequestHeaderSectionTooLarge',
        'Your request header and query parameters exceed the maximum allowed size.',
      ];
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return [
        '400 Bad Request',
        'RequestTimeout',
        'Your socket connection to the server was not read from or written to within the timeout period.',
      ];
    default:
      return ['400 Bad Request', 'BadRequest', 'An error occurred when parsing the HTTP request.'];
  }
}

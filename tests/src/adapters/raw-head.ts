import type { ServerResponse } from 'node:http';

/** What the raw head of `/head` says, besides its form. */
export const rawHead = { 'Access-Control-Allow-Origin': 'https://upstream.test', Vary: 'Accept' };

/** Writes the head in one of the forms that Node knows: what a proxy does with an upstream's. */
export function writeRawHead(response: ServerResponse, form: string | null): void {
  const flat = ['Access-Control-Allow-Origin', '*', 'Vary', 'Accept', 'Set-Cookie', 'a=1'];
  if (form === 'object') {
    response.writeHead(200, { ...rawHead, 'Set-Cookie': ['a=1', 'b=2'] });
  } else if (form === 'flat') {
    response.writeHead(200, [...flat, 'set-cookie', 'b=2', 'access-control-allow-origin', '*']);
  } else if (form === 'pairs') {
    const pairs: unknown = [
      ...Object.entries(rawHead),
      ['Set-Cookie', 'a=1'],
      ['Set-Cookie', 'b=2'],
    ];
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Node's types do not know pairs
    response.writeHead(200, pairs as string[]);
  } else {
    response.writeHead(200, 'Fine', { ...rawHead, 'Set-Cookie': ['a=1', 'b=2'] });
  }
  response.end('head');
}

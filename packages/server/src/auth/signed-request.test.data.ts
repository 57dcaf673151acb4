import type { AuthenticateOptions } from './authenticate.ts';
import { presign, signRequest } from './sign-request.ts';
import { exampleCredential, onlyCredential, type WireRequest } from './wire-request.test.data.ts';

export const nowMs = Date.UTC(2026, 1, 3, 4, 5, 6);
export const options: AuthenticateOptions = {
  credentials: onlyCredential(exampleCredential),
  now: () => nowMs,
};
export const key = { ...exampleCredential, region: 'us-east-1', nowMs };
/** A GET that is signed by header; then headers are replaced, added, or removed (undefined). */
export function signed(
  changes: Readonly<Record<string, string | undefined>> = {},
  signing: Partial<typeof key & { payloadHash: string }> = {},
): WireRequest {
  const request = { method: 'GET', path: '/b/k', query: 'a=1', headers: { host: 'h' } };
  const headers = { ...signRequest(request, { ...key, ...signing }), ...changes };
  return { target: '/b/k?a=1', headers: lines(headers) };
}

export function lines(headers: Readonly<Record<string, string | undefined>>): string[] {
  return Object.entries(headers)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}: ${value}`);
}

/** The same as a presigned URL whose query is changed afterwards. */
export function presigned(
  change: (query: string) => string = (query) => query,
  headers: Readonly<Record<string, string>> = {},
): WireRequest {
  const request = { method: 'GET', path: '/b/k', query: 'a=1', headers: { host: 'h' } };
  const query = presign(request, { ...key, expiresSeconds: 60 });
  return { target: `/b/k?${change(query)}`, headers: lines({ host: 'h', ...headers }) };
}

export function authorization(change: (value: string) => string): WireRequest {
  const { headers, target } = signed();
  return {
    target,
    headers: headers.map((line) =>
      line.startsWith('authorization: ') ? `authorization: ${change(line.slice(15))}` : line,
    ),
  };
}

import type { Finding } from './finding.ts';

/** What other libraries call our options (expressjs/cors, hono, rs/cors, ASP.NET Core, Spring). */
const ours: Readonly<Record<string, string>> = {
  origin: 'origins',
  allowOrigin: 'origins',
  allowOrigins: 'origins',
  allowedOrigins: 'origins',
  allowMethods: 'methods',
  allowedMethods: 'methods',
  allowHeaders: 'requestHeaders',
  allowedHeaders: 'requestHeaders',
  headers: 'requestHeaders',
  exposedHeaders: 'exposeHeaders',
  maxAge: 'maxAgeSeconds',
  allowCredentials: 'credentials',
  credential: 'credentials',
  supportsCredentials: 'credentials',
  optionsSuccessStatus: 'preflightStatus',
};
const privateNetwork = new Set(['allowPrivateNetwork', 'allowPrivateNetworks', 'privateNetwork']);
const lists = new Set(['origins', 'methods', 'requestHeaders', 'exposeHeaders']);

/**
 * Recognises an option of another library.
 *
 * @returns What to say and do about it; `undefined` when the name is nobody's.
 */
export function foreignName(
  key: string,
  value: unknown,
): Pick<Finding, 'message' | 'fix'> | undefined {
  if (privateNetwork.has(key)) {
    return {
      message:
        'Private Network Access was given up before any browser enforced it; there is nothing to allow.',
      fix: [{ op: 'remove', path: key }],
    };
  }
  if (!Object.hasOwn(ours, key)) return undefined;
  const name = ours[key] ?? key;
  const list = lists.has(name) && typeof value === 'string' ? [value] : value;
  return {
    message: `There is no option of this name; here it is called ${name}.`,
    fix: [
      { op: 'remove', path: key },
      { op: 'set', path: name, value: list },
    ],
  };
}

import type { Redirect, RoutingRule, WebsiteConfiguration } from '@aws-sdk/client-s3';
import type { Reply } from '../http/reply.ts';

/** The path of a key. A slash at its beginning is escaped: `//host` would lead to another site. */
export function pathOf(key: string): string {
  const path = key
    .split('/')
    .map((name) => encodeURIComponent(name))
    .join('/');
  return path.startsWith('/') ? `/%2F${path.slice(1)}` : `/${path}`;
}

export const redirect = (status: number, location: string): Reply => ({
  status,
  headers: { Location: location },
});

/** Where a website of which everything lies elsewhere sends its visitors. */
export function redirectAll(
  { HostName, Protocol }: NonNullable<WebsiteConfiguration['RedirectAllRequestsTo']>,
  key: string,
): Reply {
  return redirect(301, origin(HostName, Protocol) + pathOf(key));
}

/**
 * The redirect of the first rule that fits.
 *
 * @param key as it was asked for
 * @param status of the error that would be answered; undefined: before anything was read, when only
 * rules count that ask for no error
 */
export function redirectByRule(
  rules: readonly RoutingRule[] | undefined,
  key: string,
  facts: { readonly host: string; readonly status?: number },
): Reply | undefined {
  for (const { Condition, Redirect: to } of rules ?? []) {
    const prefix = Condition?.KeyPrefixEquals ?? '';
    const status = Condition?.HttpErrorCodeReturnedEquals;
    if (to === undefined || !key.startsWith(prefix)) continue;
    if (status !== (facts.status === undefined ? undefined : String(facts.status))) continue;
    return redirect(Number(to.HttpRedirectCode ?? 301), locationOf(to, facts.host, key, prefix));
  }
  return undefined;
}

/** Without a protocol that of the request stays, whatever stands between it and this server. */
function locationOf(to: Redirect, host: string, key: string, prefix: string): string {
  const path = pathOf(
    to.ReplaceKeyWith ??
      (to.ReplaceKeyPrefixWith === undefined
        ? key
        : to.ReplaceKeyPrefixWith + key.slice(prefix.length)),
  );
  if (to.HostName === undefined && to.Protocol === undefined) return path;
  return origin(to.HostName ?? host, to.Protocol) + path;
}

const origin = (host: string | undefined, protocol: string | undefined): string =>
  protocol === undefined ? `//${host}` : `${protocol}://${host}`;

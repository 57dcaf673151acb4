import type { Condition, Redirect, RoutingRule, WebsiteConfiguration } from '@aws-sdk/client-s3';
import { limits } from '../limits.ts';
import { S3Error } from '../protocol/errors.ts';

/**
 * Throws what AWS was recorded to answer to a configuration that cannot be one: InvalidArgument,
 * InvalidRequest, MalformedXML.
 */
export function requireWebsite(website: WebsiteConfiguration): void {
  const { RedirectAllRequestsTo: all, IndexDocument, ErrorDocument, RoutingRules } = website;
  if (all !== undefined) {
    if (IndexDocument ?? ErrorDocument ?? RoutingRules) {
      throw invalidArgument(
        'RedirectAllRequestsTo cannot be provided in conjunction with other Routing Rules.',
        ['RedirectAllRequestsTo', 'not null'],
      );
    }
    requireHost(all.HostName);
    requireProtocol(all.Protocol);
    return;
  }
  if (IndexDocument === undefined) {
    throw invalidArgument(
      'A value for IndexDocument Suffix must be provided if RedirectAllRequestsTo is empty',
      ['IndexDocument', 'null'],
    );
  }
  const { Suffix = '' } = IndexDocument;
  if (Suffix === '' || Suffix.includes('/')) {
    throw invalidArgument('The IndexDocument Suffix is not well formed', ['IndexDocument', Suffix]);
  }
  if (ErrorDocument?.Key === '') {
    throw invalidArgument('The ErrorDocument Key is not well formed', ['ErrorDocument', '']);
  }
  if (RoutingRules !== undefined) requireRules(RoutingRules);
}

function requireRules(rules: readonly RoutingRule[]): void {
  if (rules.length === 0) throw new S3Error('MalformedXML');
  if (rules.length > limits.routingRulesMax) {
    throw invalid(
      `${rules.length} routing rules provided, the number of routing rules in a website configuration is limited to ${limits.routingRulesMax}.`,
    );
  }
  for (const { Condition: condition, Redirect: redirect } of rules) {
    if (redirect === undefined) throw new S3Error('MalformedXML');
    requireRedirect(redirect);
    if (condition !== undefined) requireCondition(condition);
  }
}

function requireRedirect(redirect: Redirect): void {
  requireHost(redirect.HostName);
  requireProtocol(redirect.Protocol);
  if (redirect.ReplaceKeyPrefixWith !== undefined && redirect.ReplaceKeyWith !== undefined) {
    throw invalid('You can only define ReplaceKeyPrefix or ReplaceKey but not both.');
  }
  const code = redirect.HttpRedirectCode;
  if (code !== undefined && !/^3(?!00)\d\d$/.test(code)) {
    throw invalid(
      `The provided HTTP redirect code (${code}) is not valid. Valid codes are 3XX except 300.`,
    );
  }
}

function requireCondition({ HttpErrorCodeReturnedEquals: code, ...condition }: Condition): void {
  if (code === undefined && condition.KeyPrefixEquals === undefined) {
    throw invalid(
      "Condition cannot be empty. To redirect all requests without a condition, the condition element shouldn't be present.",
    );
  }
  if (code !== undefined && !/^[45]\d\d$/.test(code)) {
    throw invalid(
      `The provided HTTP error code (${code}) is not valid. Valid codes are 4XX or 5XX.`,
    );
  }
}

function requireProtocol(protocol: string | undefined): void {
  if (protocol === undefined || protocol === 'http' || protocol === 'https') return;
  throw invalid(
    'Invalid protocol, protocol can be http or https. If not defined the protocol will be selected automatically.',
  );
}

/** A host, with a port maybe and, as some write it, a path: it stands in the middle of a URL. */
function requireHost(host: string | undefined): void {
  if (host === undefined || /^[\w.-]+(?::\d{1,5})?(?:\/[\w.~/-]*)?$/.test(host)) return;
  throw invalid('The HostName is not well formed.');
}

const invalid = (message: string): S3Error => new S3Error('InvalidRequest', { message });

const invalidArgument = (
  message: string,
  [ArgumentName, ArgumentValue]: readonly [string, string],
): S3Error => new S3Error('InvalidArgument', { message, fields: { ArgumentName, ArgumentValue } });

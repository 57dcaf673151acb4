import type { WebsiteConfiguration } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { requireWebsite } from './website-configuration.ts';

const index = { IndexDocument: { Suffix: 'index.html' } };
const rules = (RoutingRules: WebsiteConfiguration['RoutingRules']): WebsiteConfiguration => ({
  ...index,
  RoutingRules,
});
// What is no protocol for the types.
const gopher = JSON.parse('{"HostName":"a","Protocol":"gopher"}');

// localstack's recordings of AWS: test_validate_website_configuration.
test.each<[WebsiteConfiguration, string, string]>([
  [
    { IndexDocument: { Suffix: '/i' } },
    'InvalidArgument',
    'The IndexDocument Suffix is not well formed',
  ],
  [
    { IndexDocument: { Suffix: '' } },
    'InvalidArgument',
    'The IndexDocument Suffix is not well formed',
  ],
  [
    { RedirectAllRequestsTo: { HostName: 'a' }, ...index },
    'InvalidArgument',
    'RedirectAllRequestsTo cannot be provided in conjunction with other Routing Rules.',
  ],
  [
    { ErrorDocument: { Key: 'e' } },
    'InvalidArgument',
    'A value for IndexDocument Suffix must be provided if RedirectAllRequestsTo is empty',
  ],
  [
    { ...index, ErrorDocument: { Key: '' } },
    'InvalidArgument',
    'The ErrorDocument Key is not well formed',
  ],
  [{ RedirectAllRequestsTo: gopher }, 'InvalidRequest', 'Invalid protocol'],
  [{ RedirectAllRequestsTo: { HostName: 'a\r\nb' } }, 'InvalidRequest', 'The HostName'],
  [rules([{ Redirect: gopher }]), 'InvalidRequest', 'Invalid protocol'],
  [
    rules([{ Redirect: { ReplaceKeyPrefixWith: 'a', ReplaceKeyWith: 'b' } }]),
    'InvalidRequest',
    'You can only define ReplaceKeyPrefix or ReplaceKey but not both.',
  ],
  [
    rules([{ Redirect: { HostName: 'a' }, Condition: {} }]),
    'InvalidRequest',
    "Condition cannot be empty. To redirect all requests without a condition, the condition element shouldn't be present.",
  ],
  [rules([]), 'MalformedXML', 'The XML you provided'],
  [
    rules([{ Redirect: { HttpRedirectCode: '300' } }]),
    'InvalidRequest',
    'The provided HTTP redirect',
  ],
  [
    rules([{ Condition: { HttpErrorCodeReturnedEquals: '200' }, Redirect: { HostName: 'a' } }]),
    'InvalidRequest',
    'The provided HTTP error code (200) is not valid. Valid codes are 4XX or 5XX.',
  ],
  [
    rules(Array.from({ length: 51 }, () => ({ Redirect: { HostName: 'a' } }))),
    'InvalidRequest',
    '51 routing rules provided',
  ],
])('%j is no website', (website, code, message) => {
  expect(() => requireWebsite(website)).toThrow(
    expect.objectContaining({ code, message: expect.stringContaining(message) }),
  );
});

test.each<[WebsiteConfiguration]>([
  [index],
  [{ RedirectAllRequestsTo: { HostName: 'a.example:8080', Protocol: 'https' } }],
  [
    rules([
      {
        Condition: { KeyPrefixEquals: '', HttpErrorCodeReturnedEquals: '404' },
        Redirect: { ReplaceKeyPrefixWith: '', HttpRedirectCode: '308' },
      },
    ]),
  ],
])('%j is a website', (website) => {
  expect(() => requireWebsite(website)).not.toThrow();
});

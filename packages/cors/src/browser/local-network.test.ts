import { expect, test } from 'vitest';
import { localNetworkAccess, spaceOf } from './local-network.ts';
import type { LocalNetworkFacts } from './local-network.ts';

const asked = {
  page: 'public',
  secureContext: true,
  permission: 'prompt',
  allowedByPolicy: true,
} as const;

const prompt = (permission: string, mixedContentWaived: boolean): object => ({
  kind: 'prompt',
  permission,
  mixedContentWaived,
});
const blocked = (reason: string): object => ({ kind: 'blocked', reason });
const noCheck = { kind: 'no-check' };

// V17: Local Network Access.
test.each<[row: string, facts: Partial<LocalNetworkFacts> & { host: string }, verdict: object]>([
  ['17.1', { host: 'b.test', address: '93.184.216.34' }, noCheck],
  ['17.2', { host: '192.168.1.10' }, prompt('local-network', true)],
  ['17.3', { host: 'printer.local', address: '192.168.1.11' }, prompt('local-network', true)],
  ['17.6', { host: 'nas.corp.test', address: '10.0.0.5' }, prompt('local-network', false)],
  ['17.7', { host: '127.0.0.1' }, prompt('loopback-network', true)],
  ['17.7', { host: 'localhost' }, prompt('loopback-network', true)],
  ['17.9', { page: 'local', host: '127.0.0.1' }, prompt('loopback-network', true)],
  ['17.10', { page: 'local', host: '10.0.0.2' }, noCheck],
  ['17.11', { host: '10.0.0.2', allowedByPolicy: false }, blocked('policy')],
  [
    '17.12',
    { host: 'b.test', address: '93.184.216.34', declared: 'local' },
    blocked('space-mismatch'),
  ],
  ['17.13', { host: '10.0.0.2', permission: 'denied' }, blocked('permission-denied')],
  ['an http: page', { host: '10.0.0.2', secureContext: false }, blocked('insecure-context')],
])('%s: %j: %j', (_row, facts, verdict) => {
  expect(localNetworkAccess({ ...asked, ...facts })).toEqual(verdict);
});

test.each([
  ['127.1.2.3', 'loopback'],
  ['0.0.0.0', 'loopback'],
  ['198.19.255.255', 'loopback'],
  ['198.20.0.0', 'public'],
  ['0.1.2.3', 'local'],
  ['172.31.0.1', 'local'],
  ['172.32.0.1', 'public'],
  ['100.64.0.1', 'local'],
  ['169.254.169.254', 'local'],
  ['[::1]', 'loopback'],
  ['::', 'loopback'],
  ['fd00::1', 'local'],
  ['fe80::1', 'local'],
  ['fec0::1', 'local'],
  ['2001:db8::1', 'local'],
  ['3fff::1', 'local'],
  ['2606:4700::1', 'public'],
  ['::ffff:a00:1', 'local'],
  ['::ffff:808:808', 'public'],
  ['300.0.0.1', undefined],
  ['b.test', undefined],
])('%s is %s', (address, space) => {
  expect(spaceOf(address)).toBe(space);
});

import { expect, test } from 'vitest';
import * as cors from './index.ts';
import * as linter from './lint/index.ts';
import * as s3 from './s3/index.ts';

test('the public surface is what it is meant to be', () => {
  expect(Object.keys(cors).toSorted()).toEqual([
    'CorsPolicyError',
    'compilePolicy',
    'decide',
    'describeDecision',
    'findOrigin',
    'isLoopback',
    'isSameOrigin',
    'isToken',
    'livePolicy',
    'mergeVary',
    'orThrow',
    'originCharsMax',
    'originSet',
    'parseOrigin',
    'parseOriginPattern',
    'parseRequestHeaders',
    'parseVary',
    'reportOnly',
    'reportRefusals',
    'requestHeaderLimits',
    'serializeOrigin',
    'withOriginProvider',
  ]);
  expect(Object.keys(linter).toSorted()).toEqual(['applyEdits', 'correct', 'lint']);
  expect(Object.keys(s3).toSorted()).toEqual([
    'compileS3Cors',
    'decideS3',
    'describeS3Reason',
    's3CorsLimits',
    'unknownBucket',
    'validateS3Cors',
  ]);
});

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { extractModel } from './extract-model.ts';
import { operationNames } from './schemas.ts';

test('the committed model is what the installed SDK says', () => {
  const committed = readFileSync(new URL('../../src/protocol/model.ts', import.meta.url), 'utf8');
  // If not: node packages/server/dist/protocol/extract-model.js
  expect(committed).toBe(extractModel());
});

test('it has all operations of S3', () => {
  expect(operationNames).toHaveLength(112);
  expect(operationNames).toEqual(operationNames.toSorted());
});

import * as sdk from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { errors, S3Error } from './errors.ts';

type ErrorSchema = readonly [kind: -3, namespace: string, name: string, traits: object];

function isErrorSchema(value: unknown): value is ErrorSchema {
  return Array.isArray(value) && value[0] === -3 && value[2] !== 'S3ServiceException';
}

test('every error that the SDK models is in the table, with the status that the SDK expects', () => {
  const modelled = Object.values<unknown>(sdk)
    .filter(isErrorSchema)
    .map(([, , name, traits]) => [name, 'httpError' in traits ? traits.httpError : 404]);
  expect(modelled.length).toBeGreaterThan(15);
  const table: Readonly<Record<string, readonly [number, string]>> = errors;
  expect(modelled.map(([name]) => [name, table[String(name)]?.[0]])).toEqual(modelled);
});

test('an error has the words of its code unless it brings better ones', () => {
  expect(new S3Error('NoSuchKey')).toMatchObject({
    status: 404,
    message: 'The specified key does not exist.',
    fields: {},
    headers: {},
  });
  const cause = new Error('the disk said no');
  const error = new S3Error('InvalidRange', {
    message: 'out of reach',
    fields: { ActualObjectSize: 3 },
    headers: { 'content-range': 'bytes */3' },
    cause,
  });
  expect(error).toMatchObject({ status: 416, message: 'out of reach', cause });
  expect(error.fields).toEqual({ ActualObjectSize: 3 });
});

import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { S3Error } from '../protocol/errors.ts';
import { tagsOf, tagsOfHeader } from './tags.ts';

const fails = (call: () => unknown): unknown => {
  try {
    call();
  } catch (error) {
    return error;
  }
  return undefined;
};
const tag = (Key: string, Value = '') => [{ Key, Value }];

// What AWS answered (localstack's recordings of test_tagging_validation and its neighbours).
test.each([
  [
    tag('a,b'),
    'object',
    'InvalidTag',
    'The TagKey you have provided is invalid',
    { TagKey: 'a,b' },
  ],
  [tag(''), 'object', 'InvalidTag', 'The TagKey you have provided is invalid', { TagKey: '' }],
  [tag('a\tb'), 'object', 'InvalidTag', 'The TagKey you have provided is invalid', {}],
  [tag('😀'), 'object', 'InvalidTag', 'The TagKey you have provided is invalid', {}],
  [tag('a'.repeat(129)), 'bucket', 'InvalidTag', 'The TagKey you have provided is invalid', {}],
  [
    tag('a', 'b,c'),
    'bucket',
    'InvalidTag',
    'The TagValue you have provided is invalid',
    { TagKey: 'a', TagValue: 'b,c' },
  ],
  [
    tag('a', 'b'.repeat(257)),
    'object',
    'InvalidTag',
    'The TagValue you have provided is invalid',
    {},
  ],
  [
    tag('aws:a'),
    'object',
    'InvalidTag',
    'Your TagKey cannot be prefixed with aws:',
    { TagKey: 'aws:a' },
  ],
  [tag('aws:a'), 'bucket', 'InvalidTag', 'System tags cannot be added/updated by requester', {}],
  [
    [...tag('a', '1'), ...tag('a', '2')],
    'object',
    'InvalidTag',
    'Cannot provide multiple Tags with the same key',
    { TagKey: 'a' },
  ],
  [
    Array.from({ length: 11 }, (_, index) => tag(`${index}`)).flat(),
    'object',
    'BadRequest',
    'Object tags cannot be greater than 10',
    {},
  ],
  [
    Array.from({ length: 51 }, (_, index) => tag(`${index}`)).flat(),
    'bucket',
    'BadRequest',
    'Bucket tag count cannot be greater than 50',
    {},
  ],
] as const)('%j are no tags of an %s', (set, what, ...[code, message, fields]) => {
  expect(fails(() => tagsOf(set, what))).toMatchObject({ code, message, fields });
});

test('tags come back in the order of their keys, with every sign that AWS lets them have', () => {
  const set = [...tag('ü z_.:/=+-@9', 'Ω'), ...tag('a'.repeat(128), 'b'.repeat(256)), ...tag('b')];
  expect(tagsOf(set, 'object')).toEqual([
    ['a'.repeat(128), 'b'.repeat(256)],
    ['b', ''],
    ['ü z_.:/=+-@9', 'Ω'],
  ]);
});

test.each([
  ['', []],
  ['wrongquery&wrongagain', ['wrongagain=', 'wrongquery=']],
  ['tag1=1&tag2=2&tag', ['tag=', 'tag1=1', 'tag2=2']],
  ['a+b=c%20d&%C3%BC=%3D', ['a b=c d', 'ü==']],
])('the header %j', (header, tags) => {
  expect(tagsOfHeader(header).map((pair) => pair.join('='))).toEqual(tags);
});

test.each(['key1=val1&key1=val2', 'key1=val1,key2=val2', 'a=%zz', 'a=%ff'])(
  'the header %j is refused',
  (header) => {
    expect(fails(() => tagsOfHeader(header))).toMatchObject({
      code: 'InvalidArgument',
      message:
        "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.",
      fields: { ArgumentName: 'x-amz-tagging', ArgumentValue: header },
    });
  },
);

test('whatever a header holds, it is tags or refused', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary-ascii' }), (header) => {
      const refused = fails(() => tagsOfHeader(header));
      return refused === undefined || (refused instanceof S3Error && refused.status === 400);
    }),
  );
  expect(fails(() => tagsOfHeader('='))).toBeInstanceOf(S3Error);
});

test('a header says what a document says', () => {
  const text = fc.stringMatching(/^[\p{L}\p{N} _.:/=+\-@]{1,20}$/u);
  fc.assert(
    fc.property(fc.dictionary(text, text, { maxKeys: 10 }), (tags) => {
      fc.pre(!Object.keys(tags).some((key) => key.startsWith('aws:')));
      const set = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
      const header = set
        .map(({ Key, Value }) => `${encodeURIComponent(Key)}=${encodeURIComponent(Value)}`)
        .join('&');
      expect(tagsOfHeader(header)).toEqual(tagsOf(set, 'object'));
    }),
  );
});

import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileElementReader } from './element-reader.ts';
import { S3Error } from './errors.ts';
import { parseXml, type XmlElement } from './xml-reader.ts';
import { compileElementWriter, escapeXml, xmlDeclaration } from './xml-writer.ts';

function parse(xml: string): XmlElement {
  return parseXml(Buffer.from(xml), 10_000_000);
}

test('names are local, text is whole, references are resolved', () => {
  const root = parse(
    '\ufeff<?xml version="1.0" encoding="UTF-8"?><!-- a --><s:A xmlns:s="u" s:b="1&lt;" c=\'"\'> a<b/>&#x41;<![CDATA[<&]]>&apos;\r\n</s:A>\n',
  );
  expect(root).toMatchObject({ name: 'A', text: " aA<&'\n", children: [{ name: 'b', text: '' }] });
  expect([...root.attributes]).toEqual([
    ['b', '1<'],
    ['c', '"'],
  ]);
});

const laughs = Array.from(
  { length: 9 },
  (_, level) => `<!ENTITY l${level + 1} "${`&l${level};`.repeat(10)}">`,
).join('');

test.each([
  ['nothing', ''],
  ['white space', ' \n'],
  ['text', 'text'],
  ['a declaration alone', '<?xml version="1.0"?>'],
  ['an open element', '<a>'],
  ['an unmatched tag', '<a></b>'],
  ['two roots', '<a/><b/>'],
  ['text after the root', '<a/>text'],
  ['an ampersand', '<a>&</a>'],
  ['an attribute twice', '<a b="1" b="2"/>'],
  ['an attribute without quotes', '<a b=1/>'],
  ['a DOCTYPE', '<!DOCTYPE a><a/>'],
  ['an external DOCTYPE', '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>'],
  ['entities', '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'],
  ['a billion laughs', `<!DOCTYPE a [<!ENTITY l0 "ha">${laughs}]><a>&l9;</a>`],
  ['an unknown entity', '<a>&nbsp;</a>'],
  ['an entity named like a member of Object', '<a>&constructor;</a>'],
  ['another such entity', '<a>&__proto__;</a>'],
  ['a processing instruction', '<?php a?><a/>'],
  ['a stylesheet', '<a><?xml-stylesheet href="a"?></a>'],
  ['another encoding', '<?xml version="1.0" encoding="UTF-16"?><a/>'],
  ['NUL', '<a>&#0;</a>'],
  ['a raw control character', '<a>\u0001</a>'],
  ['a surrogate', '<a>&#xD800;</a>'],
  ['too many levels', '<a>'.repeat(33) + '</a>'.repeat(33)],
])('%s is malformed', (_, xml) => {
  expect(() => parse(xml)).toThrowError(expect.objectContaining({ code: 'MalformedXML' }));
});

test('32 levels are read', () => {
  expect(parse('<a>'.repeat(32) + '</a>'.repeat(32)).name).toBe('a');
});

test('what is not UTF-8 is malformed', () => {
  const bytes = Buffer.concat([Buffer.from('<a>'), Buffer.of(0xe9), Buffer.from('</a>')]);
  expect(() => parseXml(bytes, 100)).toThrowError(
    expect.objectContaining({ code: 'MalformedXML' }),
  );
});

test("a document beyond the caller's limit is refused unread", () => {
  expect(parseXml(Buffer.from('<a/>'), 4).name).toBe('a');
  expect(() => parseXml(Buffer.from('<a/> '), 4)).toThrowError(
    expect.objectContaining({ code: 'MaxMessageLengthExceeded' }),
  );
});

test.each([
  ['deep nesting', '<a>'.repeat(300_000)],
  ['one long text', `<a>${'x'.repeat(4_000_000)}</a>`],
  ['many references', `<a>${'&amp;'.repeat(800_000)}</a>`],
  ['many control references', `<a>${'&#1;'.repeat(500_000)}</a>`],
  ['a long reference', `<a>&${'x'.repeat(4_000_000)};</a>`],
  ['a long number', `<a>&#x${'0'.repeat(4_000_000)}1;</a>`],
  ['many attributes', `<a ${Array.from({ length: 200_000 }, (_, i) => `a${i}="1"`).join(' ')}/>`],
  ['a long name', `<${'a'.repeat(2_000_000)}/>`],
  ['many comments', `<a>${'<!---->'.repeat(500_000)}</a>`],
  ['many siblings', `<a>${'<b/>'.repeat(500_000)}</a>`],
  ['a DOCTYPE', `<!DOCTYPE a [${'<!ENTITY a "b">'.repeat(200_000)}]><a/>`],
])('%s: read or refused, in linear time', (_, xml) => {
  const start = performance.now();
  expect(['read', 'MalformedXML']).toContain(readOrRefused(xml));
  // Quadratic work would take minutes; this bound only has to be far from both.
  expect(performance.now() - start).toBeLessThan(5000);
});

function readOrRefused(xml: string): string {
  try {
    return parse(xml) === undefined ? 'nothing' : 'read';
  } catch (error) {
    return error instanceof S3Error ? error.code : String(error);
  }
}

/** What can stand in a key and in XML: everything but NUL, lone surrogates and two non-characters. */
const text = fc
  .string({ unit: 'binary', maxLength: 30 })
  .filter((value) => !['\0', '\ufffe', '\uffff'].some((no) => value.includes(no)));

test('text that is escaped is read back, controls and all', () => {
  fc.assert(
    fc.property(text, (value) => {
      expect(
        parse(`<a b="${escapeXml(value).replaceAll(/[\t\n]/g, ' ')}">${escapeXml(value)}</a>`).text,
      ).toBe(value);
    }),
    { numRuns: 500 },
  );
});

test('text that needs no escape is the same string', () => {
  const plain = 'photos/2026/a b+c=é\u{1f451}\t\n';
  expect(escapeXml(plain)).toBe(plain);
});

const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

const structures: Readonly<Record<string, fc.Arbitrary<object>>> = {
  Delete: fc.record({
    Objects: fc.array(
      fc.record({ Key: text, VersionId: maybe(text), Size: maybe(fc.maxSafeNat()) }),
      {
        minLength: 1,
      },
    ),
    Quiet: maybe(fc.boolean()),
  }),
  CompletedMultipartUpload: fc.record({
    Parts: fc.array(fc.record({ PartNumber: fc.nat(), ETag: text }), { minLength: 1 }),
  }),
  CORSConfiguration: fc.record({
    CORSRules: fc.array(
      fc.record({
        ID: maybe(text),
        AllowedOrigins: fc.array(text, { minLength: 1 }),
        AllowedMethods: fc.array(text, { minLength: 1 }),
        ExposeHeaders: maybe(fc.array(text, { minLength: 1 })),
        MaxAgeSeconds: maybe(fc.integer()),
      }),
      { minLength: 1 },
    ),
  }),
  Tagging: fc.record({ TagSet: fc.array(fc.record({ Key: text, Value: text })) }),
  AccessControlPolicy: fc.record({
    Grants: fc.array(
      fc.record({
        Grantee: fc.record({ Type: fc.constantFrom('Group', 'CanonicalUser'), ID: text }),
        Permission: text,
      }),
    ),
  }),
  ObjectLockRetention: fc.record({
    Mode: text,
    RetainUntilDate: fc.date({
      min: new Date(0),
      max: new Date('9999-12-31T23:59:59Z'),
      noInvalidDate: true,
    }),
  }),
};

test.each(Object.entries(structures))('%s: what is written is read', (name, values) => {
  const write = compileElementWriter(name, name);
  const read = compileElementReader(name);
  fc.assert(
    fc.property(values, (value) => {
      expect(read(parse(xmlDeclaration + write(value)))).toEqual(value);
    }),
  );
});

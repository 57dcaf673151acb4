import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeMetadata, encodeMetadata } from './user-metadata.ts';

// What AWS answered, as recorded: text as stored, header as sent back.
const answers: readonly (readonly [text: string, header: string])[] = [
  ['ÄMÄZÕÑ S3', '=?UTF-8?Q?=C3=84M=C3=84Z=C3=95=C3=91_S3?='],
  ['non-ascii-%E2%80%94_\u2014_é_', '=?UTF-8?Q?non-ascii-%E2%80%94=5F=E2=80=94=5F=C3=A9=5F?='],
  [
    'test_\u2014_file%E2%80%94_é_2?.pdf',
    '=?UTF-8?Q?test=5F=E2=80=94=5Ffile%E2%80%94=5F=C3=A9=5F2=3F.pdf?=',
  ],
  ['\u0000\u0001\u0002\u0003', '=?UTF-8?B?AAECAw==?='],
  ['\ufffda\ufffd', '=?UTF-8?B?77+9Ye+/vQ==?='],
  ['!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~', '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~'],
  ['a\tb', 'a\tb'],
];

test.each(answers)('%s is answered as %s', (text, header) => {
  expect(encodeMetadata(text)).toBe(header);
  expect(decodeMetadata(header)).toBe(text);
});

test.each([
  ['=?UTF-8?B?YWJj?=', 'abc'],
  ['=?utf-8?q?actually-ascii?=', 'actually-ascii'],
  ['=?ISO-8859-1?Q?=E9?=', 'é'],
  ['=?UTF-8?B?/2H/?=', '\ufffda\ufffd'],
  ['=?UTF-8?Q?a?= =?UTF-8?Q?b?= c', 'ab c'],
  ['=?KOI8-R?B?YWJj?=', '=?KOI8-R?B?YWJj?='],
  ['=?UTF-8?X?YWJj?=', '=?UTF-8?X?YWJj?='],
  ['=?', '=?'],
  ['\u00c3\u00a9', 'é'],
  ['\u00e9', '\u00e9'],
])('the header %s is %s', (header, text) => {
  expect(decodeMetadata(header)).toBe(text);
});

test('every value that is no encoded word itself comes back, as printable ASCII', () => {
  const value = fc.string({ unit: 'binary' }).filter((text) => !text.includes('=?'));
  fc.assert(
    fc.property(value, (text) => {
      const header = encodeMetadata(text);
      expect(header).toMatch(/^[\t -~]*$/);
      expect(decodeMetadata(header)).toBe(text);
    }),
  );
});

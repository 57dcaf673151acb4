import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { ResponseParser, type ResponseSummary } from './response.ts';

interface Case {
  readonly name: string;
  readonly wire: string;
  readonly bodiless?: boolean;
  readonly responses: readonly ResponseSummary[];
}

const plain = { closes: false, sample: '' };

const cases: readonly Case[] = [
  {
    name: 'a length',
    wire: 'HTTP/1.1 200 OK\r\nETag: "a"\r\nContent-Length: 5\r\n\r\nhello',
    responses: [{ status: 200, bodyBytes: 5, ...plain }],
  },
  {
    name: 'chunks with a trailer',
    wire: 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\nC;x=y\r\nhello\r\nagain\r\n0\r\nx: y\r\n\r\n',
    responses: [{ status: 200, bodyBytes: 17, ...plain }],
  },
  {
    name: 'a HEAD whose length describes a body that is not sent',
    wire: 'HTTP/1.1 200 OK\r\nContent-Length: 4096\r\n\r\n',
    bodiless: true,
    responses: [{ status: 200, bodyBytes: 0, ...plain }],
  },
  {
    name: 'an interim response before the final one',
    wire: 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n',
    responses: [{ status: 204, bodyBytes: 0, ...plain }],
  },
  {
    name: 'two responses after each other',
    wire: 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nx',
    responses: [
      { status: 200, bodyBytes: 0, ...plain },
      { status: 200, bodyBytes: 1, ...plain },
    ],
  },
  {
    name: 'a failure, with what the server said',
    wire: 'HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 8\r\n\r\n<Error/>',
    responses: [{ status: 403, bodyBytes: 8, closes: true, sample: '<Error/>' }],
  },
];

function parse(reads: readonly Buffer[], bodiless = false): ResponseSummary[] {
  const seen: ResponseSummary[] = [];
  const parser = new ResponseParser((response) => seen.push(response));
  parser.expectNoBody(bodiless);
  // One buffer for every read, as the client does it: what the parser keeps must be a copy.
  const shared = Buffer.alloc(1024);
  for (const read of reads) {
    read.copy(shared);
    parser.push(shared.subarray(0, read.length));
    shared.fill('!');
  }
  return seen;
}

test.each(cases)('$name', ({ wire, bodiless, responses }) => {
  expect(parse([Buffer.from(wire)], bodiless)).toEqual(responses);
});

test('where the reads are cut makes no difference', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...cases),
      fc.array(fc.nat(200), { maxLength: 8 }),
      ({ wire, bodiless, responses }, cuts) => {
        const bytes = Buffer.from(wire);
        const at = cuts.filter((cut) => cut < bytes.length).toSorted((a, b) => a - b);
        const reads = [0, ...at].map((start, index) => bytes.subarray(start, at[index]));
        expect(parse(reads, bodiless)).toEqual(responses);
      },
    ),
  );
});

test.each([
  ['what is no HTTP', 'SSH-2.0-OpenSSH\r\n\r\n'],
  ['a body that ends with the connection', 'HTTP/1.1 200 OK\r\n\r\nhello'],
  ['a chunk without size', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\n'],
  [
    'a chunk longer than it said',
    'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\nabc\r\n',
  ],
])('%s is an error', (_name, wire) => {
  expect(() => parse([Buffer.from(wire)])).toThrow(Error);
});

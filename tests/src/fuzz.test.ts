import { createHash, randomInt } from 'node:crypto';
import * as s3 from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startOwnCauseway } from './causeway.ts';
import { dice } from './dice.ts';
import { openSocket } from './raw-socket.ts';
import { newBucket, sdk } from './sdk.ts';
import { signedHeaders } from './sign.ts';

const mutants = Number(process.env['CAUSEWAY_FUZZ_REQUESTS'] ?? 1500);

let causeway: Awaited<ReturnType<typeof startOwnCauseway>>;
let client: s3.S3Client;
let bucket: string;
let uploadId: string;

beforeAll(async () => {
  causeway = await startOwnCauseway();
  client = sdk(causeway);
  bucket = await newBucket(client);
  const upload = { Bucket: bucket, Key: 'upload' };
  ({ UploadId: uploadId = '' } = await client.send(new s3.CreateMultipartUploadCommand(upload)));
});
afterAll(async () => {
  client?.destroy();
  await causeway?.close();
});

const cors = `<?xml version="1.0"?><CORSConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><CORSRule><AllowedOrigin>https://*.a.test</AllowedOrigin><AllowedMethod>GET</AllowedMethod><AllowedHeader>x-*</AllowedHeader><MaxAgeSeconds>5</MaxAgeSeconds></CORSRule></CORSConfiguration>`;
const removal = '<Delete><Object><Key>a&amp;b</Key></Object><Quiet>true</Quiet></Delete>';
const parts =
  '<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>"a"</ETag></Part></CompleteMultipartUpload>';

const versioning =
  '<VersioningConfiguration><Status>Enabled</Status><MfaDelete>Disabled</MfaDelete></VersioningConfiguration>';
const acl =
  '<AccessControlPolicy><Owner><ID>a</ID></Owner><AccessControlList><Grant><Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="Group"><URI>http://acs.amazonaws.com/groups/global/AllUsers</URI></Grantee><Permission>READ</Permission></Grant></AccessControlList></AccessControlPolicy>';
// It allows what the owner may do anyway, so that no other template is kept out.
const policy =
  '{"Version":"2012-10-17","Statement":[{"Sid":"a","Effect":"Allow","Principal":{"AWS":"b"},"Action":["s3:Get*"],"Resource":"arn:aws:s3:::*/*","Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}}]}';
const tags = '<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>';
const ownership =
  '<OwnershipControls><Rule><ObjectOwnership>ObjectWriter</ObjectOwnership></Rule></OwnershipControls>';
const website =
  '<WebsiteConfiguration><IndexDocument><Suffix>index.html</Suffix></IndexDocument><RoutingRules><RoutingRule><Condition><KeyPrefixEquals>a/</KeyPrefixEquals></Condition><Redirect><ReplaceKeyPrefixWith>b/</ReplaceKeyPrefixWith></Redirect></RoutingRule></RoutingRules></WebsiteConfiguration>';

interface Template {
  readonly method: string;
  readonly path: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly payload?: string;
}

const templates: readonly Template[] = [
  {
    method: 'PUT',
    path: '/fuzzed',
    body: 'hello',
    headers: { 'x-amz-meta-a': 'b', 'if-none-match': '*', 'x-amz-checksum-crc32': 'NhCmhg==' },
  },
  {
    method: 'PUT',
    path: '/fuzzed',
    body: '5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n',
    headers: {
      'content-encoding': 'aws-chunked',
      'x-amz-decoded-content-length': '5',
      'x-amz-trailer': 'x-amz-checksum-crc32',
    },
    payload: 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
  },
  { method: 'PUT', path: '/fuzzed', headers: { 'x-amz-copy-source': '/BUCKET/fuzzed' } },
  { method: 'PUT', path: '?cors=', body: cors },
  { method: 'POST', path: '?delete=', body: removal },
  { method: 'POST', path: '/upload?uploadId=UPLOAD', body: parts },
  { method: 'PUT', path: '/upload?partNumber=1&uploadId=UPLOAD', body: 'a part' },
  { method: 'GET', path: '/upload?max-parts=2&part-number-marker=1&uploadId=UPLOAD' },
  { method: 'GET', path: '?delimiter=%2F&encoding-type=url&list-type=2&max-keys=3&prefix=a%2F' },
  { method: 'GET', path: '?key-marker=a&max-uploads=2&upload-id-marker=UPLOAD&uploads=' },
  {
    method: 'GET',
    path: '/fuzzed?partNumber=1&response-content-type=a%2Fb',
    headers: { range: 'bytes=0-3', 'if-modified-since': 'Sun, 22 Nov 2026 00:00:00 GMT' },
  },
  { method: 'PUT', path: '?versioning=', body: versioning },
  { method: 'GET', path: '?key-marker=a&max-keys=2&version-id-marker=null&versions=' },
  { method: 'GET', path: '/fuzzed?versionId=null', headers: { 'if-match': '"a"' } },
  { method: 'DELETE', path: `/fuzzed?versionId=${'0'.repeat(32)}` },
  { method: 'PUT', path: '?acl=', body: acl },
  { method: 'PUT', path: '/fuzzed?acl=', headers: { 'x-amz-acl': 'public-read' } },
  {
    method: 'PUT',
    path: '/fuzzed',
    body: 'hello',
    headers: { 'x-amz-grant-read': 'id="a", uri="http://b"', 'x-amz-tagging': 'a=b&c=d' },
  },
  { method: 'PUT', path: '?policy=', body: policy },
  { method: 'PUT', path: '/fuzzed?tagging=', body: tags },
  { method: 'PUT', path: '?publicAccessBlock=', body: '<PublicAccessBlockConfiguration/>' },
  { method: 'PUT', path: '?ownershipControls=', body: ownership },
  { method: 'PUT', path: '?website=', body: website },
  {
    method: 'GET',
    path: '/fuzzed?attributes=',
    headers: { 'x-amz-object-attributes': 'ETag,Checksum,ObjectParts', 'x-amz-max-parts': '3' },
  },
  {
    method: 'PUT',
    path: '/renamed?renameObject=',
    headers: { 'x-amz-rename-source': '/BUCKET/fuzzed' },
  },
  { method: 'PUT', path: '/fuzzed', body: 'more', headers: { 'x-amz-write-offset-bytes': '5' } },
  {
    method: 'OPTIONS',
    path: '/a',
    headers: {
      origin: 'https://b.a.test',
      'access-control-request-method': 'GET',
      'access-control-request-headers': 'x-a,x-b',
    },
  },
];

/** The bytes of a request that is signed as it is. */
function written({ method, path, body = '', headers = {}, payload }: Template): Buffer {
  const fill = (text: string): string => text.replace('BUCKET', bucket).replace('UPLOAD', uploadId);
  const target = `/${bucket}${fill(path)}`;
  const host = `127.0.0.1:${causeway.port}`;
  const filled: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    filled[name] = fill(value);
  }
  if (path.startsWith('?delete')) {
    filled['content-md5'] = createHash('md5').update(body, 'latin1').digest('base64');
  }
  const signed = signedHeaders(causeway.credentials, {
    method,
    target,
    host,
    headers: filled,
    ...(payload === undefined ? {} : { payload }),
  });
  const lines = Object.entries(signed).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `${method} ${target} HTTP/1.1\r\n${lines.join('')}`;
  return Buffer.from(`${head}content-length: ${body.length}\r\n\r\n${body}`, 'latin1');
}

const nasty = ['\0', '\r\n', '%', '%00', '%FF', '..', '/', '<', '&', '"', ' ', ':', '-1', '\u00ff'];

/** One to four small wounds: a byte changed, a piece cut out, doubled, or put in. */
function wound(request: Buffer, roll: (below: number) => number): Buffer {
  let bytes = request;
  for (let wounds = 1 + roll(4); wounds > 0; wounds -= 1) {
    const at = roll(bytes.length);
    const end = Math.min(at + 1 + roll(12), bytes.length);
    const [before, piece, after] = [
      bytes.subarray(0, at),
      bytes.subarray(at, end),
      bytes.subarray(end),
    ];
    const middles = [
      [],
      [piece, piece],
      [Buffer.from([roll(256)]), piece.subarray(1)],
      [Buffer.from(nasty[roll(nasty.length)] ?? '', 'latin1'), piece],
    ];
    bytes = Buffer.concat([before, ...(middles[roll(middles.length)] ?? []), after]);
  }
  return bytes;
}

/** Half of them are wounded on the wire, half before they are signed: those get further in. */
function mutant(roll: (below: number) => number): Buffer {
  const template = templates[roll(templates.length)] ?? { method: 'GET', path: '' };
  if (roll(2) === 0) {
    return wound(written(template), roll);
  }
  const text = (value: string): string =>
    wound(Buffer.from(value, 'latin1'), roll).toString('latin1');
  // What is no part of a head line would only be found by the HTTP parser again.
  const line = (value: string): string => text(value).replace(/[^\x21-\x7e]/g, '%00');
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(template.headers ?? {})) {
    headers[name] = roll(3) === 0 ? line(value) : value;
  }
  const { path, body } = template;
  return written({
    ...template,
    path: roll(2) === 0 ? path.slice(0, 1) + line(path.slice(1)) : path,
    headers,
    ...(body === undefined || roll(2) === 0 ? {} : { body: text(body) }),
  });
}

// Three tens of requests a second get through on a small machine.
const patienceMs = 60_000 + mutants * 100;

test(
  'no wounded request is answered with a 5xx of ours, and the server goes on',
  async () => {
    const seed = Number(process.env['CAUSEWAY_FUZZ_SEED'] ?? randomInt(2 ** 31));
    const roll = dice(seed);
    const left = Array.from({ length: mutants }, () => mutant(roll));
    const broken: string[] = [];
    const answers: Record<number, number> = {};
    async function sender(): Promise<void> {
      for (let request = left.pop(); request !== undefined; request = left.pop()) {
        const socket = await openSocket(causeway.port);
        await socket.send(request);
        // A wounded length makes the server wait for more: that is no answer, and no fault.
        const answer = await socket.answer(150);
        socket.close();
        const status = answer?.status ?? 0;
        answers[status] = (answers[status] ?? 0) + 1;
        // 501 is an answer: an operation or a header that is not served was asked for.
        if (answer !== undefined && answer.status >= 500 && answer.status !== 501) {
          broken.push(`${answer.status} ${answer.body}\n${request.toString('latin1')}`);
        }
      }
    }
    await Promise.all(Array.from({ length: 8 }, sender));
    expect(broken, `seed ${seed}`).toEqual([]);

    // Every answer counted: most are refusals, but some got as far as an operation.
    expect(Object.keys(answers).length, `seed ${seed}`).toBeGreaterThan(5);
    await client.send(new s3.PutObjectCommand({ Bucket: bucket, Key: 'still', Body: 'alive' }));
    expect(await causeway.residentBytes()).toBeLessThan(500 * 1024 * 1024);
  },
  patienceMs,
);

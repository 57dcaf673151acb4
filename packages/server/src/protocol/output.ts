import type { Reply, ReplyHeaders } from '../http/reply.ts';
import type { ByteStream } from '../http/request.ts';
import type { Output, OperationName } from '../operation.ts';
import { schemaOf, type Member, type OperationSchema } from './schemas.ts';
import { formatTimestamp } from './timestamp.ts';
import { encodeMetadata } from './user-metadata.ts';
import { compileContent, compileElementWriter, escapeXml, xmlDeclaration } from './xml-writer.ts';

const namespace = 'http://s3.amazonaws.com/doc/2006-03-01/';

type Values = Readonly<Record<string, unknown>>;
type Body = NonNullable<Reply['body']>;
type HeaderStep = (output: Values, headers: ReplyHeaders) => void;
type BodyStep = (output: Values, headers: ReplyHeaders) => Body | undefined;

/**
 * Compiles the writer of an operation's output: status, headers and body as the schema says. A
 * streaming body passes through, with `Content-Length` from the output's own member. What has no
 * body gets none; `content-length: 0` is the business of the HTTP layer.
 *
 * @throws Error for SelectObjectContent, whose event stream is not served
 */
export function compileOutput<Name extends OperationName>(
  name: Name,
): (output: Output<Name>) => Reply {
  const schema = schemaOf(name);
  const steps = schema.output.members.flatMap(compileHeader);
  const writeBody = compileBody(schema);
  return (output) => {
    // The boundary: seen as the schema sees it, by the names of members.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    const values = output as Values;
    const headers: ReplyHeaders = {};
    for (const step of steps) step(values, headers);
    const body = writeBody(values, headers);
    const status = values['ContentRange'] === undefined ? schema.status : 206;
    return body === undefined ? { status, headers } : { status, headers, body };
  };
}

function compileHeader(member: Member): HeaderStep[] {
  const { name, wire, place, type } = member;
  if (place === 'prefix-headers') {
    return [
      (output, headers) => {
        const map = output[name];
        if (isValues(map)) writeMetadata(wire, map, headers);
      },
    ];
  }
  if (place !== 'header') return [];
  const format = type === 'date-time' ? formatTimestamp : formatHttpDate;
  return [
    (output, headers) => {
      const value = output[name];
      if (value === undefined) return;
      if (typeof value === 'string') headers[wire] = headerText(value);
      else if (typeof value === 'number') headers[wire] = value;
      else if (typeof value === 'boolean') headers[wire] = value ? 'true' : 'false';
      else if (value instanceof Date) headers[wire] = format(value);
    },
  ];
}

/** RFC 9110 section 5.6.2. */
const token = /^[!#$%&'*+.^_`|~\w-]+$/;

/** Names that no header can have (forms may bring them) are counted instead, as in S3. */
function writeMetadata(prefix: string, map: Values, headers: ReplyHeaders): void {
  let missing = 0;
  for (const key of Object.keys(map)) {
    if (token.test(key)) headers[prefix + key] = encodeMetadata(String(map[key]));
    else missing += 1;
  }
  if (missing > 0) headers['x-amz-missing-meta'] = missing;
}

function formatHttpDate(date: Date): string {
  return date.toUTCString();
}

/**
 * Header values are bytes of latin1 without control characters. RFC 9110 section 5.5 lets a server
 * replace the rest by spaces, and so does S3. Most come from a header and pass unchanged.
 */
function headerText(text: string): string {
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if ((code < 0x20 && code !== 0x09) || code === 0x7f || code > 0xff) {
      return text.replaceAll(/[^\t\u0020-\u007e\u0080-\u00ff]/gu, ' ');
    }
  }
  return text;
}

function compileBody(schema: OperationSchema): BodyStep {
  const { members } = schema.output;
  const payload = members.find(({ place }) => place === 'payload');
  if (payload?.type === 'events') throw new Error(`${schema.name} is not served`);
  // The one output that is not wrapped: `<LocationConstraint>eu-west-1</LocationConstraint>`.
  if (schema.name === 'GetBucketLocation') return writeLocation;
  if (payload !== undefined) return compilePayload(payload);
  if (!members.some(({ place }) => place === 'element')) return () => undefined;
  const content = compileContent(members);
  const { open, close } = rootTags(schema.output.root);
  return (output, headers) => {
    headers['Content-Type'] = 'application/xml';
    return open + content(output) + close;
  };
}

function rootTags(root: string): { readonly open: string; readonly close: string } {
  return { open: `${xmlDeclaration}<${root} xmlns="${namespace}">`, close: `</${root}>` };
}

const location = rootTags('LocationConstraint');

function writeLocation(output: Values, headers: ReplyHeaders): string {
  headers['Content-Type'] = 'application/xml';
  const region = output['LocationConstraint'];
  return location.open + (typeof region === 'string' ? escapeXml(region) : '') + location.close;
}

function compilePayload({ name, type, wire }: Member): BodyStep {
  if (type === 'stream') return (output) => streamBody(output[name]);
  if (type === 'string') {
    return (output, headers) => {
      const text = output[name];
      if (typeof text !== 'string') return undefined;
      headers['Content-Type'] = 'application/json';
      return text;
    };
  }
  const write = compileElementWriter(wire, type, namespace);
  return (output, headers) => {
    const value = output[name];
    if (value === undefined) return undefined;
    headers['Content-Type'] = 'application/xml';
    return xmlDeclaration + write(value);
  };
}

function streamBody(body: unknown): Uint8Array | ByteStream | undefined {
  if (body === undefined) return undefined;
  // The boundary: `Output` declares the body as one of these.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return body as Uint8Array | ByteStream;
}

function isValues(value: unknown): value is Values {
  return typeof value === 'object' && value !== null;
}

import { limits } from '../limits.ts';
import type { Input, OperationName } from '../operation.ts';
import { compileElementReader, compileMembers, type ElementReader } from './element-reader.ts';
import { S3Error } from './errors.ts';
import type { Query } from './query.ts';
import { schemaOf, type Member, type OperationSchema } from './schemas.ts';
import { parseTimestamp } from './timestamp.ts';
import { decodeMetadata } from './user-metadata.ts';
import { parseXml } from './xml-reader.ts';

/** The parts of a request that an input is read from. */
export interface InputParts {
  readonly bucket?: string | undefined;
  readonly key?: string | undefined;
  readonly query: Query;
  /** By lower-case name, latin1. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The whole body of an operation whose payload is `xml` or `text`. */
  readonly xml?: Uint8Array | undefined;
}

export interface InputReader<Name extends OperationName> {
  /** What the body is: bytes that stream to the operation, a document to gather first (`xml`; `text`
   * is the JSON of a policy), or nothing. */
  readonly payload: 'stream' | 'xml' | 'text' | 'none';
  /**
   * @throws S3Error InvalidArgument, InvalidRequest: a parameter or header is not of its type, or
   * missing; MalformedXML, MissingRequestBodyError: the document
   */
  read(parts: InputParts): Input<Name>;
}

type Values = Record<string, unknown>;
type Step = (parts: InputParts, input: Values) => void;

/** Compiles the reader of an operation's input from its schema. */
export function compileInput<Name extends OperationName>(name: Name): InputReader<Name> {
  const schema = schemaOf(name);
  const steps = [
    ...compileLabels(schema),
    ...compileQuery(schema),
    ...compileHeaders(schema),
    ...compileBody(schema),
  ];
  return {
    payload: payloadOf(schema),
    read: (parts) => {
      const input: Values = {};
      for (const step of steps) step(parts, input);
      // The boundary: the steps were compiled from the schema that this type was made from.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      return input as Input<Name>;
    },
  };
}

function payloadOf({ input }: OperationSchema): InputReader<OperationName>['payload'] {
  for (const { place, type } of input.members) {
    if (place === 'element') return 'xml';
    if (place === 'payload') {
      if (type === 'stream') return 'stream';
      return type === 'string' ? 'text' : 'xml';
    }
  }
  return 'none';
}

function compileLabels({ input }: OperationSchema): Step[] {
  return input.members.flatMap(({ place, name }): Step[] => {
    if (place !== 'label') return [];
    return [
      (parts, values) => {
        values[name] = name === 'Bucket' ? parts.bucket : parts.key;
      },
    ];
  });
}

function compileQuery({ input }: OperationSchema): Step[] {
  const readers = input.members
    .filter(({ place }) => place === 'query')
    .map((member) => ({ ...member, read: textReader(member) }));
  if (readers.length === 0) return [];
  return [
    ({ query }, values) => {
      for (const { name, wire, required, read } of readers) {
        const text = query.values.get(wire);
        const value = text === undefined ? undefined : read(text);
        if (value !== undefined) values[name] = value;
        else if (required) missing('parameter', wire);
      }
    },
  ];
}

function compileHeaders({ input }: OperationSchema): Step[] {
  const readers = new Map(
    input.members
      .filter(({ place }) => place === 'header')
      .map((member) => [
        member.wire.toLowerCase(),
        { name: member.name, read: textReader(member) },
      ]),
  );
  const required = input.members.filter((member) => member.place === 'header' && member.required);
  const map = input.members.find(({ place }) => place === 'prefix-headers');
  if (readers.size === 0 && map === undefined) return [];
  return [
    ({ headers }, values) => {
      // A request has some ten headers, PutObject fifty members: so the headers lead.
      for (const header in headers) {
        const reader = readers.get(header);
        if (reader !== undefined) {
          const text = headers[header];
          const value = text === undefined ? undefined : reader.read(text);
          if (value !== undefined) values[reader.name] = value;
        } else if (map !== undefined && header.startsWith(map.wire)) {
          addMetadata(values, map, header, headers[header]);
        }
      }
      for (const { name, wire } of required) {
        if (values[name] === undefined) missing('header', wire);
      }
    },
  ];
}

function addMetadata(
  values: Values,
  { name, wire }: Member,
  header: string,
  text: string | undefined,
): void {
  const key = header.slice(wire.length);
  if (key === '' || text === undefined) return;
  const known = values[name];
  // Without a prototype, `x-amz-meta-__proto__` is a name like any other.
  const metadata = isValues(known) ? known : Object.create(null);
  metadata[key] = decodeMetadata(text);
  values[name] = metadata;
}

function isValues(value: unknown): value is Values {
  return typeof value === 'object' && value !== null;
}

function missing(what: 'parameter' | 'header', wire: string): never {
  if (what === 'header') {
    throw new S3Error('InvalidRequest', {
      message: `Missing required header for this request: ${wire}`,
    });
  }
  throw new S3Error('InvalidArgument', {
    message: `Missing required parameter for this request: ${wire}`,
    fields: { ArgumentName: wire },
  });
}

/** Reads a parameter or a header; undefined: as if it were absent. */
function textReader({ type, place, wire }: Member): (text: string) => unknown {
  const invalid = (text: string, message: string): never => {
    throw new S3Error('InvalidArgument', {
      message,
      fields: { ArgumentName: wire, ArgumentValue: text },
    });
  };
  if (typeof type !== 'string') {
    return (text) => text.split(',').map((item) => item.trim().replace(/^"(.*)"$/, '$1'));
  }
  switch (type) {
    case 'number': {
      // All numbers in queries are Java's `int`; sizes, which are longer, travel in headers.
      const max = place === 'query' ? 2_147_483_647 : Number.MAX_SAFE_INTEGER;
      return (text) => {
        if (text === '') return undefined;
        const number = /^[+-]?\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
        return Math.abs(number) <= max
          ? number
          : invalid(text, `Provided ${wire} not an integer or within integer range`);
      };
    }
    case 'boolean':
      return (text) => {
        const lower = text.toLowerCase();
        if (lower === 'true') return true;
        if (lower === 'false') return false;
        return text === '' ? undefined : invalid(text, `${wire} must be true or false`);
      };
    case 'date-time':
      return (text) =>
        parseTimestamp(text) ??
        invalid(text, 'The retain until date must be provided in ISO 8601 format');
    case 'http-date':
      // RFC 9110 section 13.1.3: a condition without a valid date is ignored.
      return parseTimestamp;
    default:
      if (!wire.startsWith('response-')) return (text) => text;
      // These become headers of the answer.
      return (text) =>
        isHeaderValue(text)
          ? text
          : invalid(text, 'Header value cannot be represented using ISO-8859-1.');
  }
}

/** RFC 9110 section 5.5: no control characters but tab; one byte a character. */
function isHeaderValue(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if ((code < 0x20 && code !== 0x09) || code === 0x7f || code > 0xff) return false;
  }
  return true;
}

function compileBody({ input }: OperationSchema): Step[] {
  const payload = input.members.find(({ place }) => place === 'payload');
  if (payload !== undefined) {
    if (payload.type === 'stream') return [];
    return [payload.type === 'string' ? compileText(payload) : compilePayload(payload)];
  }
  if (!input.members.some(({ place }) => place === 'element')) return [];
  const read = compileMembers(input.members);
  return [
    ({ xml }, values) => {
      if (xml === undefined || xml.byteLength === 0) throw new S3Error('MissingRequestBodyError');
      Object.assign(values, readRoot(xml, input.root, read));
    },
  ];
}

function compilePayload({ name, type, wire, required }: Member): Step {
  const read = compileElementReader(type);
  return ({ xml }, values) => {
    if (xml !== undefined && xml.byteLength > 0) values[name] = readRoot(xml, wire, read);
    else if (required) throw new S3Error('MissingRequestBodyError');
  };
}

function readRoot(xml: Uint8Array, name: string, read: ElementReader): unknown {
  // The caller gathered no more than the operation's own limit; this is the highest of them.
  const root = parseXml(xml, limits.completeUploadBytesMax);
  if (root.name !== name) throw new S3Error('MalformedXML');
  return read(root);
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function compileText({ name }: Member): Step {
  return ({ xml }, values) => {
    try {
      values[name] = xml === undefined ? '' : utf8.decode(xml);
    } catch (cause) {
      throw new S3Error('MalformedPolicy', { cause });
    }
  };
}

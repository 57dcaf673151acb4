import { createHash } from 'node:crypto';
import type { OperationName } from '../operation.ts';
import { schemaOf, structure, type Member, type TypeModel } from './schemas.ts';

// Values made from the schemas, for tests that go through all operations.

const customerKey = Buffer.alloc(32, 'k');

type Values = Record<string, unknown>;

/** An input of an operation: its required members, or all of them. */
export function exampleInput(name: OperationName, which: 'required' | 'full'): Values {
  const { members } = schemaOf(name).input;
  return example(members.filter((member) => which === 'full' || member.required));
}

/** An output of an operation with all its members. Beside a body there are no checksums, for a reader
 * of the answer would find them wrong. */
export function exampleOutput(name: OperationName): Values {
  const { members } = schemaOf(name).output;
  const streams = members.some(({ type }) => type === 'stream');
  return example(members.filter((member) => !streams || !member.name.startsWith('Checksum')));
}

function example(members: readonly Member[]): Values {
  return Object.fromEntries(members.map((member) => [member.name, exampleMember(member)]));
}

function exampleMember({ name, type, wire }: Member): unknown {
  // Names that the SDK checks before it sends.
  if (name === 'Bucket' && type === 'string') return 'example-bucket';
  if (name === 'Key' && type === 'string') return 'a key/with +, % and é';
  if (name === 'RequestRoute') return 'route';
  if (name.endsWith('SSECustomerKey')) return customerKey.toString('base64');
  if (name.endsWith('SSECustomerKeyMD5')) {
    return createHash('md5').update(customerKey).digest('base64');
  }
  if (name === 'ExpiresString') return 'Thu, 01 Jan 2026 00:00:00 GMT';
  if (wire === 'x-amz-sdk-checksum-algorithm') return 'CRC32';
  return exampleValue(type);
}

function exampleValue(type: TypeModel): unknown {
  if (typeof type !== 'string') {
    if (type[0] === 'map') return { name: 'value', other: 'another' };
    return [exampleValue(type[1]), exampleValue(type[1])];
  }
  switch (type) {
    case 'string':
      return 'text';
    case 'number':
      return 7;
    case 'boolean':
      return true;
    case 'stream':
    case 'blob':
      return new TextEncoder().encode('bytes');
    case 'date-time':
    case 'http-date':
      return new Date(Date.UTC(2026, 0, 1));
    default:
      return example(structure(type));
  }
}

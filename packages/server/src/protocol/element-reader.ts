import { S3Error } from './errors.ts';
import { structure, type Member, type TypeModel } from './schemas.ts';
import { parseTimestamp } from './timestamp.ts';
import type { XmlElement } from './xml-reader.ts';

/** Reads the value of an element; throws `S3Error('MalformedXML')` when it has none of its type. */
export type ElementReader = (element: XmlElement) => unknown;

interface MemberReader {
  readonly name: string;
  /** Reads one element, or the next one of a flattened list, given what was read before. */
  readonly read: (element: XmlElement, before: unknown) => unknown;
}

const compiled = new Map<string, ElementReader>();

/** Compiles the reader of a type. Structures are compiled once and shared. */
export function compileElementReader(type: TypeModel): ElementReader {
  if (typeof type !== 'string') {
    if (type[0] !== 'list') throw new Error(`a ${type[0]} is no element`);
    const readItem = compileElementReader(type[1]);
    return (element) =>
      element.children.filter((child) => child.name === type[2]).map((child) => readItem(child));
  }
  const simple = simpleReaders[type];
  if (simple !== undefined) return simple;
  const known = compiled.get(type);
  if (known !== undefined) return known;
  const read = compileMembers(structure(type));
  compiled.set(type, read);
  return read;
}

/**
 * Compiles the reader of members that are elements or attributes: in any order, unknown ones
 * ignored. A member that is no list may stand there only once.
 */
export function compileMembers(members: readonly Member[]): ElementReader {
  const elements = new Map<string, MemberReader>();
  const attributes: (readonly [wire: string, name: string])[] = [];
  const required: string[] = [];
  for (const member of members) {
    if (member.place === 'element') elements.set(member.wire, compileMember(member));
    else if (member.place === 'attribute') {
      attributes.push([member.wire.slice(member.wire.indexOf(':') + 1), member.name]);
    } else continue;
    if (member.required) required.push(member.name);
  }
  return (element) => {
    const value: Record<string, unknown> = {};
    for (const [wire, name] of attributes) {
      const attribute = element.attributes.get(wire);
      if (attribute !== undefined) value[name] = attribute;
    }
    for (const child of element.children) {
      const member = elements.get(child.name);
      if (member !== undefined) value[member.name] = member.read(child, value[member.name]);
    }
    for (const name of required) if (value[name] === undefined) malformed();
    return value;
  };
}

function compileMember({ name, type }: Member): MemberReader {
  if (typeof type !== 'string' && type[0] === 'flat') {
    const readItem = compileElementReader(type[1]);
    return {
      name,
      read: (element, before) => {
        const item = readItem(element);
        if (!Array.isArray(before)) return [item];
        before.push(item);
        return before;
      },
    };
  }
  const read = compileElementReader(type);
  return { name, read: (element, before) => (before === undefined ? read(element) : malformed()) };
}

function malformed(): never {
  throw new S3Error('MalformedXML');
}

const simpleReaders: Readonly<Record<string, ElementReader>> = {
  string: (element) => (element.children.length === 0 ? element.text : malformed()),
  number: (element) => {
    const text = element.text.trim();
    const number = /^[+-]?\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
    return Number.isSafeInteger(number) ? number : malformed();
  },
  boolean: (element) => {
    const text = element.text.trim().toLowerCase();
    if (text === 'true') return true;
    return text === 'false' ? false : malformed();
  },
  blob: (element) => new Uint8Array(Buffer.from(element.text, 'base64')),
  'date-time': readTimestamp,
  'http-date': readTimestamp,
};

function readTimestamp(element: XmlElement): Date {
  return parseTimestamp(element.text.trim()) ?? malformed();
}

import { structure, type Member, type TypeModel } from './schemas.ts';
import { formatTimestamp, formatWholeSecond } from './timestamp.ts';

/** The declaration at the beginning of every document. */
export const xmlDeclaration = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** Writes a value as the content of its element. */
type ContentWriter = (value: unknown) => string;

/** Writes a member of a structure with its element or elements. */
interface MemberWriter {
  readonly name: string;
  readonly write: ContentWriter;
}

interface StructureWriter {
  /** The attributes of the element, each with a space before it. */
  readonly attributes: ContentWriter | undefined;
  readonly content: ContentWriter;
}

const compiled = new Map<string, StructureWriter>();

/**
 * Compiles the writer of an element of this type: `<Name …>content</Name>`.
 *
 * @param namespace of the element, where it is the root of a document
 */
export function compileElementWriter(
  element: string,
  type: TypeModel,
  namespace = '',
): ContentWriter {
  const start = namespace === '' ? `<${element}` : `<${element} xmlns="${namespace}"`;
  const open = `${start}>`;
  const close = `</${element}>`;
  if (typeof type !== 'string') {
    if (type[0] !== 'list') throw new Error(`a ${type[0]} is no element`);
    const items = compileItems(type[2], type[1]);
    return (value) => open + items(value) + close;
  }
  if (type === 'string') return compileStringWriter(open, close);
  const simple = simpleWriters[type];
  if (simple !== undefined) return (value) => open + simple(value) + close;
  const { attributes, content } = compileStructure(type);
  if (attributes === undefined) return (value) => open + content(value) + close;
  return (value) => `${start}${attributes(value)}>${content(value)}${close}`;
}

/** Strings that repeat from item to item, as the storage class in a listing does, are written once. */
function compileStringWriter(open: string, close: string): ContentWriter {
  let last = '';
  let written = open + close;
  return (value) => {
    if (typeof value !== 'string') return unwritable(value);
    if (value !== last) {
      written = open + escapeXml(value) + close;
      last = value;
    }
    return written;
  };
}

function compileItems(element: string, type: TypeModel): ContentWriter {
  const write = compileElementWriter(element, type);
  return (value) => {
    if (!Array.isArray(value)) throw new TypeError(`${element} is a list`);
    let xml = '';
    for (const item of value) xml += write(item);
    return xml;
  };
}

function compileStructure(name: string): StructureWriter {
  const known = compiled.get(name);
  if (known !== undefined) return known;
  const members = structure(name);
  const hasAttributes = members.some(({ place }) => place === 'attribute');
  const writer = {
    attributes: hasAttributes ? compileAttributes(members) : undefined,
    content: compileContent(members),
  };
  compiled.set(name, writer);
  return writer;
}

/** Compiles the writer of those members that are elements. */
export function compileContent(members: readonly Member[]): ContentWriter {
  const writers = members
    .filter(({ place }) => place === 'element')
    .map(({ name, wire, type }): MemberWriter => {
      const flat = typeof type !== 'string' && type[0] === 'flat';
      const lastModified = wholeSeconds.has(name) && type === 'date-time';
      return {
        name,
        write: flat
          ? compileItems(wire, type[1])
          : compileElementWriter(wire, lastModified ? 'whole-second' : type),
      };
    });
  return (value) => {
    if (!isStructure(value)) return unwritable(value);
    let xml = '';
    for (const { name, write } of writers) {
      const member = value[name];
      if (member !== undefined && member !== null) xml += write(member);
    }
    return xml;
  };
}

function compileAttributes(members: readonly Member[]): ContentWriter {
  const attributes = members.filter(({ place }) => place === 'attribute');
  return (value) => {
    let xml = '';
    for (const { name, wire } of attributes) {
      const text = isStructure(value) ? value[name] : undefined;
      if (typeof text !== 'string') continue;
      // The only prefix in S3 is that of `xsi:type`, of a Grantee.
      if (wire.startsWith('xsi:')) xml += ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"';
      xml += ` ${wire}="${escapeXml(text)}"`;
    }
    return xml;
  };
}

/** S3 keeps these by the second, and clients compare them with the Last-Modified header. */
const wholeSeconds: ReadonlySet<string> = new Set(['LastModified', 'CreationDate', 'Initiated']);

function isStructure(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function unwritable(value: unknown): never {
  throw new TypeError(`an output is not of its type: ${typeof value}`);
}

const simpleWriters: Readonly<Record<string, ContentWriter>> = {
  number: (value) => (typeof value === 'number' ? String(value) : unwritable(value)),
  boolean: (value) => (value === true ? 'true' : 'false'),
  blob: (value) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('base64') : unwritable(value),
  'date-time': (value) => (value instanceof Date ? formatTimestamp(value) : unwritable(value)),
  'whole-second': (value) => (value instanceof Date ? formatWholeSecond(value) : unwritable(value)),
  'http-date': (value) => (value instanceof Date ? value.toUTCString() : unwritable(value)),
};

/** What must be escaped up to `>`: markup, and control characters other than tab and line feed. A
 * carriage return would come back as a line feed. */
const escapes: readonly (string | undefined)[] = Array.from({ length: 0x3f }, (_, code) => {
  if (code < 0x20) {
    return code === 0x09 || code === 0x0a ? undefined : `&#x${code.toString(16).toUpperCase()};`;
  }
  return { '"': '&quot;', '&': '&amp;', '<': '&lt;', '>': '&gt;' }[String.fromCharCode(code)];
});

const isSpecial = Uint8Array.from(escapes, (escape) => (escape === undefined ? 0 : 1));

/**
 * Escapes text for an element or a quoted attribute, in one scan; text that needs nothing is
 * returned as it is. Control characters, which XML 1.0 cannot carry at all, become references as in
 * S3's own answers: a key may hold them.
 */
export function escapeXml(text: string): string {
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code > 0x3e ? code >= 0xfffe : isSpecial[code] === 1) return escapeFrom(text, index);
  }
  return text;
}

function escapeFrom(text: string, first: number): string {
  let escaped = '';
  let done = 0;
  for (let index = first; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code > 0x3e ? code < 0xfffe : isSpecial[code] === 0) continue;
    escaped +=
      text.slice(done, index) + (escapes[code] ?? `&#x${code.toString(16).toUpperCase()};`);
    done = index + 1;
  }
  return escaped + text.slice(done);
}

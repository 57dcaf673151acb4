import { SaxesParser } from 'saxes';
import { limits } from '../limits.ts';
import { S3Error } from './errors.ts';

/** An element of a parsed document. Names are local: clients send with and without S3's namespace,
 * with and without a prefix. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  /** All text directly in the element, white space included. */
  readonly text: string;
  readonly children: readonly XmlElement[];
}

interface OpenElement extends XmlElement {
  text: string;
  readonly children: OpenElement[];
}

const utf8 = new TextDecoder('utf-8', { fatal: true });
const noAttributes: ReadonlyMap<string, string> = new Map();

/** Only these: the parser's own table inherits from `Object`, so that `&toString;` would expand. */
const entities: Record<string, string> = Object.assign(Object.create(null), {
  amp: '&',
  gt: '>',
  lt: '<',
  quot: '"',
  apos: "'",
});

/**
 * Parses a document that a stranger sent. Its work is linear in its size; nothing in it is looked
 * up or expanded.
 *
 * @param bytesMax the caller's limit, one of `limits`
 * @throws S3Error MaxMessageLengthExceeded: longer than `bytesMax`
 * @throws S3Error MalformedXML: not well-formed, not UTF-8, deeper than `limits.xmlDepthMax`, or
 * with a DOCTYPE or a processing instruction
 */
export function parseXml(bytes: Uint8Array, bytesMax: number): XmlElement {
  if (bytes.byteLength > bytesMax) {
    throw new S3Error('MaxMessageLengthExceeded', {
      fields: { MaxMessageLengthBytes: bytesMax },
    });
  }
  const text = decode(bytes);
  return controlReference.test(text) ? parse(avoidNormalizing(text), '1.1') : parse(text, '1.0');
}

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    throw new S3Error('MalformedXML', { cause });
  }
}

function parse(text: string, version: '1.0' | '1.1'): XmlElement {
  const parser = new SaxesParser({
    xmlns: false,
    forceXMLVersion: true,
    defaultXMLVersion: version,
  });
  parser.ENTITIES = entities;
  const document = openElement('', noAttributes);
  const open = [document];
  let current = document;
  parser.on('error', (cause) => {
    throw new S3Error('MalformedXML', { cause });
  });
  parser.on('xmldecl', ({ encoding }) => {
    if (encoding !== undefined && !/^(?:utf-?8|us-ascii)$/i.test(encoding)) refuse('encoding');
  });
  parser.on('doctype', () => refuse('DOCTYPE'));
  parser.on('processinginstruction', () => refuse('processing instruction'));
  parser.on('opentag', (tag) => {
    // The document itself is on the stack, below the root element.
    if (open.length > limits.xmlDepthMax) refuse('depth');
    const element = openElement(localName(tag.name), readAttributes(tag.attributes));
    current.children.push(element);
    open.push(element);
    current = element;
  });
  parser.on('text', (part) => {
    current.text += part;
  });
  parser.on('cdata', (part) => {
    current.text += part;
  });
  parser.on('closetag', () => {
    open.pop();
    current = open.at(-1) ?? document;
  });
  parser.write(text).close();
  const root = document.children[0];
  if (root === undefined) throw new S3Error('MalformedXML');
  return root;
}

function refuse(what: string): never {
  throw new S3Error('MalformedXML', { cause: new Error(`${what} refused`) });
}

function openElement(name: string, attributes: ReadonlyMap<string, string>): OpenElement {
  return { name, attributes, text: '', children: [] };
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

function readAttributes(attributes: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  let map: Map<string, string> | undefined;
  for (const name in attributes) {
    if (name === 'xmlns' || name.startsWith('xmlns:')) continue;
    map ??= new Map();
    map.set(localName(name), attributes[name] ?? '');
  }
  return map ?? noAttributes;
}

// XML 1.0 cannot carry control characters at all, yet they may stand in keys, and S3 and its clients
// write them as references (`&#x1;`). XML 1.1 allows just that, so a document with such a reference
// is read as 1.1, whatever it declares.
const controlReference = /&#(?:x0*(?:[1-8bcef]|1[0-9a-f])|0*(?:[1-8]|1[124-9]|2\d|3[01]));/i;

/** XML 1.1 turns U+0085 and U+2028 into line feeds and refuses raw C1 characters; XML 1.0, which the
 * client believes to write, keeps them. As references they survive. */
function avoidNormalizing(text: string): string {
  if (!/[\u007f-\u009f\u2028]/.test(text)) return text;
  // A reference would be text within CDATA; no client is known to mix all of this.
  if (text.includes('<![CDATA[')) return refuse('CDATA with control characters');
  return text.replaceAll(
    /[\u007f-\u009f\u2028]/g,
    (character) => `&#${String(character.charCodeAt(0))};`,
  );
}

import type { HeaderList } from '@causeway/cors/browser';
import type { Ask } from './scenario.ts';

/** A picture of one transparent dot. */
const dot = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
);
/** It throws, so that the page hears whether its errors are muted. */
const script = Buffer.from("throw new Error('read me');");

const fitting: Readonly<Record<Ask['initiator'], { type: string; body: Uint8Array }>> = {
  fetch: { type: 'text/plain', body: Buffer.from('read me') },
  xhr: { type: 'text/plain', body: Buffer.from('read me') },
  img: { type: 'image/png', body: dot },
  script: { type: 'text/javascript', body: script },
  'module-script': { type: 'text/javascript', body: script },
  stylesheet: { type: 'text/css', body: Buffer.from(':root { --read: me; }') },
  'event-source': { type: 'text/event-stream', body: Buffer.from('data: read me\n\n') },
  beacon: { type: 'text/plain', body: Buffer.from('read me') },
};

/** Documents are what their type says; all else is what the asking one wants, whatever its type. */
const documents: ReadonlyMap<string, Uint8Array> = new Map([
  ['text/html', Buffer.from('<!doctype html><p>read me</p>')],
  ['application/json', Buffer.from('{"read": "me"}')],
]);

/** The type that an initiator wants. */
export function fittingType(initiator: Ask['initiator']): string {
  return fitting[initiator].type;
}

/** The body of an answer with these headers. */
export function bodyFor(initiator: Ask['initiator'], headers: HeaderList): Uint8Array {
  const type = headers.find(([name]) => name === 'Content-Type')?.[1] ?? '';
  return documents.get(type) ?? fitting[initiator].body;
}

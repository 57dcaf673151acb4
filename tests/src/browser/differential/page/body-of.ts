import type { Ask } from '../scenario.ts';

type Body = Exclude<BodyInit, ReadableStream>;

const bodies: Readonly<Partial<Record<Ask['body']['kind'], () => Body>>> = {
  text: () => 'text',
  urlencoded: () => new URLSearchParams({ a: '1' }),
  'form-data': () => new FormData(),
  bytes: () => new Uint8Array([1]),
};

/** What is sent as the body. */
export function bodyOf({ body }: Ask): Body | undefined {
  return body.kind === 'blob' ? new Blob(['x'], { type: body.type }) : bodies[body.kind]?.();
}

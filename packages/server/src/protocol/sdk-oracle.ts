import * as sdk from '@aws-sdk/client-s3';
import type { Reply } from '../http/reply.ts';
import type { OperationName } from '../operation.ts';
import type { InputParts } from './input.ts';
import { parseQuery } from './query.ts';
import { parseTarget, type Target } from './target.ts';

// AWS's own SDK as the oracle of the tests: what it sends we must read, what we write it must read.
// No sockets: its request handler is an object of ours.

/** A request as the SDK would have sent it, taken apart as the server does. */
export interface SentRequest extends InputParts {
  readonly method: string;
  readonly kind: Target['kind'];
}

interface SdkRequest {
  readonly method: string;
  readonly path: string;
  readonly hostname: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string | string[] | null>>;
  readonly body?: unknown;
}

interface SdkCommand {
  readonly input: object;
}

function newCommand(name: OperationName, input: object): SdkCommand {
  const Command: unknown = Reflect.get(sdk, `${name}Command`);
  if (typeof Command !== 'function') throw new Error(`no command ${name}`);
  return Reflect.construct(Command, [input]);
}

async function send(command: SdkCommand, answer: (request: SdkRequest) => object): Promise<object> {
  const client = new sdk.S3Client({
    region: 'us-east-1',
    endpoint: 'http://s3.test',
    forcePathStyle: true,
    maxAttempts: 1,
    credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
    requestHandler: {
      handle: async (request: SdkRequest) => ({ response: answer(request) }),
    },
  });
  const method: unknown = Reflect.get(client, 'send');
  if (typeof method !== 'function') throw new Error('no client');
  return await Reflect.apply(method, client, [command]);
}

/** What the SDK sends for this input. */
export async function sentBySdk(name: OperationName, input: object): Promise<SentRequest> {
  let sent: SdkRequest | undefined;
  const stop = new Error('sent');
  try {
    await send(newCommand(name, input), (request) => {
      sent = request;
      throw stop;
    });
  } catch (error) {
    if (sent === undefined) throw error;
  }
  if (sent === undefined) throw new Error('nothing sent');
  const { method, path, hostname, headers, query, body } = sent;
  const target = parseTarget(path, hostname, []);
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  return {
    method,
    kind: target.kind,
    query: parseQuery(queryText(query)),
    headers: Object.fromEntries(
      Object.entries(headers).map(([header, value]) => [
        header.toLowerCase(),
        // Node puts header values on the wire as latin1; the SDK gives them as they are.
        Buffer.from(value).toString('latin1'),
      ]),
    ),
    ...(target.kind === 'service' ? {} : { bucket: target.bucket }),
    ...(target.kind === 'object' ? { key: target.key } : {}),
    ...(bytes instanceof Uint8Array ? { xml: bytes } : {}),
  };
}

function queryText(query: SdkRequest['query']): string {
  return Object.entries(query)
    .flatMap(([name, value]) =>
      (Array.isArray(value) ? value : [value]).map((one) =>
        one === null || one === '' ? encode(name) : `${encode(name)}=${encode(one)}`,
      ),
    )
    .join('&');
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** What the SDK makes of this answer; rejects with the SDK's error for a failure. */
export async function readBySdk(
  name: OperationName,
  input: object,
  reply: Reply,
): Promise<Record<string, unknown>> {
  const body = reply.body ?? '';
  if (typeof body !== 'string' && !(body instanceof Uint8Array)) throw new Error('a stream');
  const { Readable } = await import('node:stream');
  const output = await send(newCommand(name, input), () => ({
    statusCode: reply.status,
    headers: Object.fromEntries(
      Object.entries(reply.headers).map(([header, value]) => [header.toLowerCase(), String(value)]),
    ),
    body: Readable.from([Buffer.from(body)]),
  }));
  return Object.fromEntries(Object.entries(output).filter(([member]) => member !== '$metadata'));
}

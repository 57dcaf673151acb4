import fastifyCors from '@fastify/cors';
import type { CorsFacts } from '@causeway/cors';

type HeaderValue = number | string | readonly string[];

/** What Node makes of a request, as far as middleware reads it. */
export interface NodeRequestDouble {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
}

export function nodeRequest(facts: CorsFacts): NodeRequestDouble {
  const headers: Record<string, string | undefined> = {
    host: 'api.example.com',
    connection: 'keep-alive',
    accept: '*/*',
    origin: facts.origin,
    'user-agent': 'Mozilla/5.0',
    'accept-encoding': 'gzip, deflate, br',
  };
  if (facts.requestMethod !== undefined) {
    headers['access-control-request-method'] = facts.requestMethod;
  }
  if (facts.requestHeaders !== undefined) {
    headers['access-control-request-headers'] = String(facts.requestHeaders);
  }
  return { method: facts.method, url: '/things/1', headers };
}

/** Keeps headers as Node does, by their names in lower case, and writes its head through `writeHead`
 * as Node does; it has no socket. */
export class NodeResponseDouble {
  statusCode = 200;
  headersSent = false;
  readonly #fields = new Map<string, HeaderValue>();

  getHeader(name: string): HeaderValue | undefined {
    return this.#fields.get(name.toLowerCase());
  }

  setHeader(name: string, value: unknown): this {
    this.#fields.set(name.toLowerCase(), typeof value === 'string' ? value : String(value));
    return this;
  }

  removeHeader(name: string): void {
    this.#fields.delete(name.toLowerCase());
  }

  writeHead(statusCode: number): this {
    this.statusCode = statusCode;
    this.headersSent = true;
    return this;
  }

  end(): this {
    if (!this.headersSent) this.writeHead(this.statusCode);
    return this;
  }
}

/** Fastify's request around it. */
export class FastifyRequestDouble {
  readonly raw: NodeRequestDouble;
  readonly routeOptions = { config: {} };
  corsPreflightEnabled = false;

  constructor(raw: NodeRequestDouble) {
    this.raw = raw;
  }

  get headers(): NodeRequestDouble['headers'] {
    return this.raw.headers;
  }
}

/** Fastify's reply around it. */
export class FastifyReplyDouble {
  readonly raw = new NodeResponseDouble();

  getHeader(name: string): HeaderValue | undefined {
    return this.raw.getHeader(name);
  }

  header(name: string, value: unknown): this {
    this.raw.setHeader(name, value);
    return this;
  }

  code(status: number): this {
    this.raw.statusCode = status;
    return this;
  }

  send(): this {
    this.raw.end();
    return this;
  }

  callNotFound(): void {
    this.code(404).send();
  }
}

export type Hook = (
  request: FastifyRequestDouble,
  reply: FastifyReplyDouble,
  done: () => void,
) => void;

/** What a plugin sees of Fastify while it registers. */
export interface FastifyInstanceDouble {
  readonly prefix: string;
  decorateRequest(): void;
  options(): void;
  addHook(name: string, hook: Hook): void;
}

/** The peer's plugin, as far as it is asked here; its own types want all of Fastify. */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
export const fastifyPeer = fastifyCors as unknown as (
  instance: FastifyInstanceDouble,
  options: object,
  done: () => void,
) => void;

/** Lets a plugin register, and hands out the hook that it adds. */
export function hookOf(register: (instance: FastifyInstanceDouble) => void): Hook {
  let added: Hook | undefined;
  register({
    prefix: '',
    decorateRequest: () => undefined,
    options: () => undefined,
    addHook: (_, hook) => {
      added = hook;
    },
  });
  if (added === undefined) throw new Error('The plugin added no hook.');
  return added;
}

import { requireOwner } from '../access/expected-owner.ts';
import type { Reply } from '../http/reply.ts';
import type { HttpRequest } from '../http/request.ts';
import { limits } from '../limits.ts';
import type { AnyOperation, OperationContext, OperationName, Output } from '../operation.ts';
import { S3Error } from '../protocol/errors.ts';
import { compileInput } from '../protocol/input.ts';
import { compileOutput } from '../protocol/output.ts';
import { withPresignedHeaders } from '../protocol/presigned-headers.ts';
import { parseQuery, type Query } from '../protocol/query.ts';
import { matchRoute } from '../protocol/routes.ts';
import type { Target } from '../protocol/target.ts';
import { gather } from './document.ts';
import { verifyDocument } from './document-integrity.ts';

/** What an operation is run with, but for its input, which the route reads itself. */
export type RouteContext = Omit<OperationContext<OperationName>, 'input'>;

/** A request's operation, ready to run. */
export interface Route {
  readonly name: OperationName;
  /** The IAM action that must be allowed; undefined: the operation asks for each key. */
  readonly action: string | undefined;
  readonly query: Query;
  /** The version that the request names. */
  readonly versionId: string | undefined;
  /** False: it runs although the addressed bucket does not exist. */
  readonly needsBucket: boolean;
  /** Reads the input, runs the operation, writes its output. */
  run(context: RouteContext): Promise<Reply>;
}

export interface Router {
  /**
   * The route of an operation that S3 has and this server has not runs into NotImplemented.
   *
   * @throws S3Error MethodNotAllowed: S3 has no such operation
   */
  match(request: HttpRequest, target: Target): Route;
}

/** Compiles the operations that are served; those of S3 that are missing answer 501 by name. */
export function createRouter(operations: readonly AnyOperation[]): Router {
  const served = new Map(operations.map((operation) => [operation.name, compile(operation)]));
  return {
    match(request, target) {
      const query = parseQuery(request.query);
      const headers = withPresignedHeaders(request.headers, query);
      const name = matchRoute(request.method, target.kind, query, headers);
      if (name === undefined) {
        const ResourceType = target.kind.toUpperCase();
        throw new S3Error('MethodNotAllowed', { fields: { Method: request.method, ResourceType } });
      }
      const compiled = served.get(name);
      if (compiled === undefined) return unserved(name, query);
      return {
        name,
        action: compiled.action,
        query,
        versionId: versionIn(query),
        needsBucket: compiled.needsBucket,
        run: (context) => compiled.run({ context, target, query, headers }),
      };
    },
  };
}

function unserved(name: OperationName, query: Query): Route {
  return {
    name,
    action: `s3:${name}`,
    query,
    versionId: versionIn(query),
    needsBucket: false,
    run: () => Promise.reject(new S3Error('NotImplemented', { message: `${name} is not served.` })),
  };
}

interface Call {
  readonly context: RouteContext;
  readonly target: Target;
  readonly query: Query;
  readonly headers: HttpRequest['headers'];
}

function compile(operation: AnyOperation) {
  const reader = compileInput(operation.name);
  const write = compileOutput(operation.name);
  const document = reader.payload === 'xml' || reader.payload === 'text';
  const bytesMax = operation.xmlBytesMax ?? limits.xmlBytesMax;
  const needsBucket = operation.bucket !== 'absent';
  return {
    action: operation.authorizes === 'itself' ? undefined : operation.action,
    needsBucket,
    async run({ context, target, query, headers }: Call): Promise<Reply> {
      const { request, body } = context;
      const expected = headers['x-amz-expected-bucket-owner'];
      if (expected !== undefined && needsBucket) requireOwner(context.bucket, expected);
      const xml = document ? await gather(body, bytesMax) : undefined;
      if (xml !== undefined) await verifyDocument(xml, request, body, operation.checksums);
      const input = reader.read({
        query,
        headers,
        bucket: target.kind === 'service' ? undefined : target.bucket,
        key: target.kind === 'object' ? target.key : undefined,
        xml,
      });
      // The schema that read the input and writes the output is the one that the types came from.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      const output = (await operation.run({ ...context, input } as never)) as Output<OperationName>;
      return write(output);
    },
  };
}

/** An empty id names no version; the operation says so. */
const versionIn = (query: Query): string | undefined => query.values.get('versionId') || undefined;

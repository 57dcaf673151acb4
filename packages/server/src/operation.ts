import type * as sdk from '@aws-sdk/client-s3';
import type { Accounts } from './auth/accounts.ts';
import type { Identity } from './auth/identity.ts';
import type { Body } from './auth/body.ts';
import type { ByteStream, HttpRequest } from './http/request.ts';
import type { Bucket } from './store/bucket.ts';
import type { Store } from './store/store.ts';

/** The name of every operation of S3, as AWS spells it: `'PutObject'`. (`$Command` is the SDK's base
 * class and no operation.) */
export type OperationName = {
  [K in keyof typeof sdk]: K extends '$Command'
    ? never
    : K extends `${infer Name}Command`
      ? Name
      : never;
}[keyof typeof sdk];

type Command<Name extends OperationName> = InstanceType<(typeof sdk)[`${Name}Command`]>;

/** AWS's input type. A streaming body is not part of it: it is `context.body`. */
export type Input<Name extends OperationName> = Omit<Command<Name>['input'], 'Body'>;

type CommandOutput<Name extends OperationName> =
  Command<Name> extends { resolveMiddleware(...args: never[]): infer _ }
    ? Awaited<ReturnType<ReturnType<Command<Name>['resolveMiddleware']>>>['output']
    : never;

/** AWS's output type, with a streaming body as bytes. */
export type Output<Name extends OperationName> = Omit<CommandOutput<Name>, '$metadata' | 'Body'> & {
  readonly Body?: ByteStream | Uint8Array;
};

/** What an operation is given. Everything it may touch is here; nothing is global. */
export interface OperationContext<Name extends OperationName> {
  readonly input: Input<Name>;
  /** The addressed bucket; it existed when the request was read. Operations that address none, or
   * that create it, declare `bucket: 'absent'` and must not read this. */
  readonly bucket: Bucket;
  /** The addressed key; empty when the request addresses a bucket or the service. */
  readonly key: string;
  readonly identity: Identity;
  /** Who else there is. */
  readonly accounts: Accounts;
  /** What conditions of policies ask about. */
  readonly conditions: () => ReadonlyMap<string, readonly string[]>;
  readonly request: HttpRequest;
  /** The decoded and verified body, for operations whose input has a streaming blob. */
  readonly body: Body;
  readonly store: Store;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** The region of this server, as buckets report it. */
  readonly region: string;
}

export interface Operation<Name extends OperationName> {
  readonly name: Name;
  /** The IAM action that must be allowed, e.g. `s3:PutObject`. */
  readonly action: `s3:${string}`;
  /** `absent`: the operation runs although the bucket does not exist. Default: NoSuchBucket. */
  readonly bucket?: 'absent';
  /** `itself`: the operation is about several keys and decides for each of them. */
  readonly authorizes?: 'itself';
  /** The checksum headers tell of the object that it makes, not of the document that it reads. */
  readonly checksums?: 'of-object';
  /** The most bytes of XML this operation reads; `limits.xmlBytesMax` unless told. */
  readonly xmlBytesMax?: number;
  run(context: OperationContext<Name>): Promise<Output<Name>>;
}

/** Whichever of them: what a list of operations holds. Only the router runs these, with the input
 * that their schema reads. */
export interface AnyOperation extends Omit<Operation<OperationName>, 'run'> {
  run(context: never): Promise<object>;
}

/**
 * Declares an S3 operation: its name picks AWS's schema and types, and the router, authorisation,
 * log line, metric label and documentation read the rest of the declaration.
 *
 * @example
 * export const putBucketCors = operation('PutBucketCors', {
 *   action: 's3:PutBucketCORS',
 *   run: async ({ bucket, input, store }) => { … return {}; },
 * });
 */
export function operation<Name extends OperationName>(
  name: Name,
  declaration: Omit<Operation<Name>, 'name'>,
): Operation<Name> {
  return { name, ...declaration };
}

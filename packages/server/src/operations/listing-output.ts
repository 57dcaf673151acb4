import type {
  _Object as ListedObject,
  CommonPrefix,
  ObjectStorageClass,
  Owner,
} from '@aws-sdk/client-s3';
import type { Accounts } from '../auth/accounts.ts';
import { limits } from '../limits.ts';
import { S3Error } from '../protocol/errors.ts';
import type { StoredObject } from '../store/object.ts';

/** How many entries a page may have. */
export interface PageSize {
  /** What the client asked for, which is what S3 answers, even if it is more than a page holds. */
  readonly asked: number;
  readonly limit: number;
}

/**
 * Reads `max-keys` and its kin. Throws InvalidArgument for a negative number; the reader of inputs
 * has refused what is no number.
 * @param name as AWS names it in the error, e.g. `maxKeys`.
 */
export function pageSize(name: string, asked: number = limits.listEntriesMax): PageSize {
  if (asked < 0) {
    throw new S3Error('InvalidArgument', {
      message: `Argument ${name} must be an integer between 0 and 2147483647`,
      fields: { ArgumentName: name, ArgumentValue: asked },
    });
  }
  return { asked, limit: Math.min(asked, limits.listEntriesMax) };
}

/**
 * How keys, prefixes, delimiters and markers are written: as they are, or percent-encoded for
 * clients whose XML parser cannot take every character. Throws InvalidArgument.
 */
export function keyEncoding(encodingType: string | undefined): (text: string) => string {
  if (encodingType === undefined) return (text) => text;
  if (encodingType === 'url') return encodeKey;
  throw new S3Error('InvalidArgument', {
    message: 'Invalid Encoding Method specified in Request',
    fields: { ArgumentName: 'encoding-type', ArgumentValue: encodingType },
  });
}

/** AWS leaves the slash as it is. A space becomes %20, which every client decodes; some do not take
 * a plus for one. */
function encodeKey(key: string): string {
  if (plain.test(key)) return key;
  return encodeURIComponent(key).replaceAll('%2F', '/');
}

const plain = /^[\w\-.~/]*$/;

/** An owner with the name that the server knows; who is not known any more has an id only. */
export function ownerOf(id: string, accounts: Accounts): Owner {
  const account = accounts.byId(id);
  return account === undefined ? { ID: id } : { ID: id, DisplayName: account.displayName };
}

export const commonPrefixesOf = (
  prefixes: readonly string[],
  encode: (text: string) => string,
): { readonly CommonPrefixes?: CommonPrefix[] } =>
  prefixes.length === 0
    ? {}
    : { CommonPrefixes: prefixes.map((prefix) => ({ Prefix: encode(prefix) })) };

/** The `Contents` of a listing. */
export function contentsOf(
  objects: readonly StoredObject[],
  encode: (text: string) => string,
  /** Undefined: without owners. */
  accounts: Accounts | undefined,
): { readonly Contents?: ListedObject[] } {
  if (objects.length === 0) return {};
  return {
    Contents: objects.map((object) => {
      const listed = listedObject(object, encode);
      if (accounts !== undefined) listed.Owner = ownerOf(object.owner, accounts);
      return listed;
    }),
  };
}

/** An object in a listing, without its owner. */
export function listedObject(
  object: StoredObject,
  encode: (text: string) => string,
): ListedObject & { StorageClass: ObjectStorageClass } {
  const { checksum } = object;
  const listed: ListedObject & { StorageClass: ObjectStorageClass } = {
    Key: encode(object.key),
    LastModified: wholeSeconds(object.modifiedMs),
    ETag: `"${object.etag}"`,
    Size: object.sizeBytes,
    StorageClass: storageClassName(object.storageClass),
  };
  if (checksum) {
    listed.ChecksumAlgorithm = [checksum.algorithm];
    listed.ChecksumType = checksum.type;
  }
  return listed;
}

/** S3 keeps times in seconds: a listing says what the Last-Modified header says. */
export const wholeSeconds = (ms: number): Date => new Date(ms - (ms % 1000));

/** The class of what says none is STANDARD. */
export function storageClassName(storageClass: string | undefined): ObjectStorageClass {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- judged when it was stored
  return (storageClass ?? 'STANDARD') as ObjectStorageClass;
}

import type { Tag } from '@aws-sdk/client-s3';
import { limits } from '../limits.ts';
import { S3Error } from '../protocol/errors.ts';
import { decodePercent } from '../protocol/query.ts';
import type { Tags } from '../store/object.ts';

/** What is tagged; AWS has other words for each. */
type Tagged = 'object' | 'bucket' | 'new bucket';

/**
 * The tags of a document, in the order of their keys.
 *
 * Throws S3Error: BadRequest for too many of them, InvalidTag, MalformedXML
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html).
 */
export function tagsOf(set: readonly Tag[], what: Tagged): Tags {
  return requireTags(
    set.map(({ Key, Value }) => {
      if (Key === undefined || Value === undefined) throw new S3Error('MalformedXML');
      return [Key, Value] as const;
    }),
    what,
  );
}

/**
 * The tags of `x-amz-tagging`: pairs as in a query, a tag without `=` has an empty value.
 *
 * Throws S3Error as `tagsOf` does, and InvalidArgument for what is no query.
 *
 * @param header latin1, as headers are
 * @example
 * tagsOfHeader('project=blue&draft') // [['draft', ''], ['project', 'blue']]
 * tagsOfHeader('a=1&a=2') // throws InvalidArgument: a key may stand there once
 */
export function tagsOfHeader(header: string): Tags {
  const pairs: (readonly [string, string])[] = [];
  const keys = new Set<string>();
  for (const pair of header.split('&')) {
    if (pair === '') continue;
    const [key = '', value = '', ...more] = pair.split('=').map((text) => decode(text, header));
    if (more.length > 0 || keys.has(key)) throw noQuery(header);
    keys.add(key);
    pairs.push([key, value]);
  }
  return requireTags(pairs, 'object');
}

function decode(text: string, header: string): string {
  try {
    return decodePercent(text.replaceAll('+', ' '));
  } catch {
    throw noQuery(header);
  }
}

const noQuery = (header: string): S3Error =>
  new S3Error('InvalidArgument', {
    message:
      "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.",
    fields: { ArgumentName: 'x-amz-tagging', ArgumentValue: header },
  });

function requireTags(tags: Tags, what: Tagged): Tags {
  const tagsMax = what === 'object' ? limits.objectTagsMax : limits.bucketTagsMax;
  if (tags.length > tagsMax) {
    const counted = what === 'object' ? 'Object tags' : 'Bucket tag count';
    throw new S3Error('BadRequest', { message: `${counted} cannot be greater than ${tagsMax}` });
  }
  const seen = new Set<string>();
  for (const [key, value] of tags) {
    if (!isTagText(key, limits.tagKeyLengthMax) || key === '') {
      throw invalidTag('The TagKey you have provided is invalid', { TagKey: key });
    }
    if (key.startsWith('aws:')) throw invalidTag(reserved[what], { TagKey: key });
    if (!isTagText(value, limits.tagValueLengthMax)) {
      throw invalidTag('The TagValue you have provided is invalid', {
        TagKey: key,
        TagValue: value,
      });
    }
    if (seen.has(key)) {
      throw invalidTag('Cannot provide multiple Tags with the same key', { TagKey: key });
    }
    seen.add(key);
  }
  // AWS answers them sorted.
  return tags.toSorted(([one], [other]) => (one < other ? -1 : 1));
}

const reserved: Readonly<Record<Tagged, string>> = {
  object: 'Your TagKey cannot be prefixed with aws:',
  bucket: 'System tags cannot be added/updated by requester',
  'new bucket':
    'User-defined tag keys can\'t start with "aws:". This prefix is reserved for system tags. Remove "aws:" from your tag keys and try again.',
};

/** Letters, separators, numbers and a few signs; AWS counts what UTF-16 counts. */
const isTagText = (text: string, lengthMax: number): boolean =>
  text.length <= lengthMax && /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u.test(text);

const invalidTag = (message: string, fields: Readonly<Record<string, string>>): S3Error =>
  new S3Error('InvalidTag', { message, fields });

/** As objects and buckets have tags: none is no tags. */
export const taggedWith = (tags: Tags): { readonly tags?: Tags } =>
  tags.length === 0 ? {} : { tags };

/** The `TagSet` of an answer. */
export const tagSet = (tags: Tags = []): Tag[] => tags.map(([Key, Value]) => ({ Key, Value }));

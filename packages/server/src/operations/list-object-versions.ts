import type { DeleteMarkerEntry, ObjectVersion } from '@aws-sdk/client-s3';
import type { Accounts } from '../auth/accounts.ts';
import { operation } from '../operation.ts';
import { S3Error } from '../protocol/errors.ts';
import type { ListedVersion } from '../store/object.ts';
import {
  commonPrefixesOf,
  keyEncoding,
  listedObject,
  ownerOf,
  pageSize,
  wholeSeconds,
} from './listing-output.ts';
import { refuseUnserved } from './unserved.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html */
export const listObjectVersions = operation('ListObjectVersions', {
  action: 's3:ListBucketVersions',
  run: async ({ bucket, input, store, accounts }) => {
    refuseUnserved(input);
    const encode = keyEncoding(input.EncodingType);
    const { asked, limit } = pageSize('maxKeys', input.MaxKeys);
    const { Prefix: prefix = '', Delimiter: delimiter = '' } = input;
    const { KeyMarker: keyMarker = '', VersionIdMarker: versionMarker } = input;
    requireMarkers(keyMarker, versionMarker);
    const listing = await store.objects.listVersions(bucket, {
      prefix,
      delimiter,
      afterKey: keyMarker,
      afterVersionId: versionMarker ?? '',
      limit,
    });
    const { versions, truncated, lastKey, lastVersionId } = listing;
    return {
      Name: bucket.name,
      Prefix: encode(prefix),
      KeyMarker: encode(keyMarker),
      VersionIdMarker: versionMarker ?? '',
      ...(truncated && { NextKeyMarker: encode(lastKey) }),
      ...(truncated && lastVersionId !== '' && { NextVersionIdMarker: lastVersionId }),
      MaxKeys: asked,
      ...(delimiter !== '' && { Delimiter: encode(delimiter) }),
      IsTruncated: truncated,
      ...(input.EncodingType && { EncodingType: input.EncodingType }),
      Versions: versions.flatMap((each) => versionOf(each, encode, accounts) ?? []),
      DeleteMarkers: versions.flatMap((each) => markerOf(each, encode, accounts) ?? []),
      ...commonPrefixesOf(listing.commonPrefixes, encode),
    };
  },
});

/** Throws InvalidArgument. */
function requireMarkers(keyMarker: string, versionMarker: string | undefined): void {
  if (versionMarker === undefined) return;
  const message =
    versionMarker === ''
      ? 'A version-id marker cannot be empty.'
      : keyMarker === ''
        ? 'A version-id marker cannot be specified without a key marker.'
        : undefined;
  if (message === undefined) return;
  throw new S3Error('InvalidArgument', {
    message,
    fields: { ArgumentName: 'version-id-marker', ArgumentValue: versionMarker },
  });
}

type Encode = (text: string) => string;

function versionOf(
  listed: ListedVersion,
  encode: Encode,
  accounts: Accounts,
): ObjectVersion | undefined {
  if (listed.kind !== 'object') return undefined;
  const { object, latest } = listed;
  const { StorageClass, ...described } = listedObject(object, encode);
  return {
    ...described,
    // AWS's type knows one class, AWS's answers all of them.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    StorageClass: StorageClass as 'STANDARD',
    Owner: ownerOf(object.owner, accounts),
    IsLatest: latest,
    VersionId: object.version.id,
  };
}

function markerOf(
  listed: ListedVersion,
  encode: Encode,
  accounts: Accounts,
): DeleteMarkerEntry | undefined {
  if (listed.kind !== 'marker') return undefined;
  const { marker, latest } = listed;
  return {
    Key: encode(marker.key),
    LastModified: wholeSeconds(marker.modifiedMs),
    Owner: ownerOf(marker.owner, accounts),
    IsLatest: latest,
    VersionId: marker.version.id,
  };
}

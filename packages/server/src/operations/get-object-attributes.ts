import { operation, type Input, type Output } from '../operation.ts';
import { S3Error } from '../protocol/errors.ts';
import type { Checksum } from '../store/checksum.ts';
import type { OpenObject } from '../store/object.ts';
import type { PartTable } from '../store/parts-row.ts';
import { checksumOutput } from './checksums.ts';
import { partMarkerOf } from './list-parts.ts';
import { pageSize, storageClassName } from './listing-output.ts';
import { partChecksum } from './part-output.ts';
import { refuseUnserved } from './unserved.ts';
import { nothingToRead, versionIdOf, versionOutput } from './versions.ts';

type Wanted = NonNullable<Input<'GetObjectAttributes'>['ObjectAttributes']>[number];

const known: ReadonlySet<string> = new Set<Wanted>([
  'ETag',
  'Checksum',
  'ObjectParts',
  'StorageClass',
  'ObjectSize',
]);

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAttributes.html: what is asked for
 * and the object has. */
export const getObjectAttributes = operation('GetObjectAttributes', {
  action: 's3:GetObjectAttributes',
  run: async ({ bucket, key, input, request, store }) => {
    refuseUnserved(input);
    const wanted = wantedOf(input);
    const versionId = versionIdOf(input.VersionId);
    const open = await store.objects.open(bucket, key, {
      bytes: false,
      ...(versionId !== undefined && { versionId }),
    });
    if (open === undefined) {
      throw await nothingToRead(store, bucket, key, { versionId, method: request.method });
    }
    const { object } = open;
    const { checksum } = object;
    return {
      LastModified: new Date(object.modifiedMs),
      ...versionOutput(bucket, object.version),
      ...(wanted.has('ETag') && { ETag: object.etag }),
      ...(wanted.has('Checksum') && checksum && { Checksum: checksumOutput(bare(checksum)) }),
      ...(wanted.has('ObjectParts') && (await partsOutput(open, input))),
      ...(wanted.has('StorageClass') && { StorageClass: storageClassName(object.storageClass) }),
      ...(wanted.has('ObjectSize') && { ObjectSize: object.sizeBytes }),
    };
  },
});

/** Throws InvalidRequest for no attribute, InvalidArgument for one that there is not. */
function wantedOf({ ObjectAttributes = [] }: Input<'GetObjectAttributes'>): ReadonlySet<string> {
  const wanted = new Set<string>(ObjectAttributes);
  wanted.delete('');
  if (wanted.size === 0) {
    throw new S3Error('InvalidRequest', {
      message:
        'The x-amz-object-attributes header specifying the attributes to be retrieved is either missing or empty',
    });
  }
  for (const name of wanted) {
    if (known.has(name)) continue;
    throw new S3Error('InvalidArgument', {
      message: 'Invalid attribute name specified.',
      fields: { ArgumentName: 'x-amz-object-attributes', ArgumentValue: name },
    });
  }
  return wanted;
}

/** AWS tells a composite checksum here without its number of parts. */
function bare(checksum: Checksum): Checksum {
  return { ...checksum, value: checksum.value.replace(/-\d+$/, '') };
}

type Parts = Output<'GetObjectAttributes'>['ObjectParts'];

/** A page of the parts of an object that was uploaded in parts. */
async function partsOutput(
  open: OpenObject,
  input: Input<'GetObjectAttributes'>,
): Promise<{ readonly ObjectParts?: Parts }> {
  const { asked, limit } = pageSize('max-parts', input.MaxParts);
  const after = partMarkerOf(input.PartNumberMarker);
  const table = await open.parts();
  if (table === undefined) return {};
  const first = table.after(after);
  const end = Math.min(first + limit, table.count);
  const Parts = [];
  for (let index = first; index < end; index += 1) Parts.push(partOutput(table, index));
  return {
    ObjectParts: {
      TotalPartsCount: table.count,
      PartNumberMarker: String(after),
      NextPartNumberMarker: String(Parts.at(-1)?.PartNumber ?? after),
      MaxParts: asked,
      IsTruncated: end < table.count,
      Parts,
    },
  };
}

function partOutput(table: PartTable, index: number) {
  const { number, sizeBytes, checksum: value } = table.at(index);
  const { algorithm } = table;
  return {
    PartNumber: number,
    Size: sizeBytes,
    ...(algorithm &&
      value !== undefined &&
      partChecksum({ checksum: { algorithm, type: 'FULL_OBJECT', value } })),
  };
}

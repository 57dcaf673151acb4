import { operation } from '../operation.ts';
import { S3Error } from '../protocol/errors.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketVersioning.html */
export const putBucketVersioning = operation('PutBucketVersioning', {
  action: 's3:PutBucketVersioning',
  run: async ({ bucket, input, store }) => {
    const { Status, MFADelete } = input.VersioningConfiguration ?? {};
    const versioning = oneOf(['Enabled', 'Suspended'], Status);
    const mfaDelete = oneOf(['Enabled', 'Disabled'], MFADelete);
    if (versioning === undefined) throw new S3Error('IllegalVersioningConfigurationException');
    const settings = { versioning, ...(mfaDelete && { mfaDelete }) };
    if (!(await store.buckets.configure(bucket, settings))) {
      throw new S3Error('NoSuchBucket', { fields: { BucketName: bucket.name } });
    }
    return {};
  },
});

/** Throws MalformedXML for a word that the schema does not have. */
function oneOf<Word extends string>(
  words: readonly Word[],
  text: string | undefined,
): Word | undefined {
  if (text === undefined) return undefined;
  const word = words.find((known) => known === text);
  if (word === undefined) throw new S3Error('MalformedXML');
  return word;
}

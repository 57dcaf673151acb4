import { operation } from '../operation.ts';
import { S3Error } from '../protocol/errors.ts';
import { configure } from './bucket-settings.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutPublicAccessBlock.html */
export const putPublicAccessBlock = operation('PutPublicAccessBlock', {
  action: 's3:PutBucketPublicAccessBlock',
  run: async (context) => {
    const given = context.input.PublicAccessBlockConfiguration;
    if (given === undefined) throw new S3Error('MalformedXML');
    await configure(context, {
      publicAccessBlock: {
        BlockPublicAcls: given.BlockPublicAcls === true,
        IgnorePublicAcls: given.IgnorePublicAcls === true,
        BlockPublicPolicy: given.BlockPublicPolicy === true,
        RestrictPublicBuckets: given.RestrictPublicBuckets === true,
      },
    });
    return {};
  },
});

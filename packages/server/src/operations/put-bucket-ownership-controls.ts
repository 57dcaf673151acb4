import { isObjectOwnership } from './object-ownership.ts';
import { operation } from '../operation.ts';
import { S3Error } from '../protocol/errors.ts';
import { configure } from './bucket-settings.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketOwnershipControls.html. A bucket whose
 * ACL grants something to others keeps ACLs: InvalidBucketAclWithObjectOwnership. */
export const putBucketOwnershipControls = operation('PutBucketOwnershipControls', {
  action: 's3:PutBucketOwnershipControls',
  run: async (context) => {
    const { bucket, input } = context;
    const [rule, ...more] = input.OwnershipControls?.Rules ?? [];
    const ownership: string | undefined = rule?.ObjectOwnership;
    if (ownership === undefined || more.length > 0 || !isObjectOwnership(ownership)) {
      throw new S3Error('MalformedXML');
    }
    const grantsOthers = bucket.acl?.some(
      ({ grantee }) => grantee.kind === 'group' || grantee.id !== bucket.owner,
    );
    if (ownership === 'BucketOwnerEnforced' && grantsOthers === true) {
      throw new S3Error('InvalidBucketAclWithObjectOwnership');
    }
    await configure(context, { ownership });
    return {};
  },
});

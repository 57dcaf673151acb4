import { limits } from '../limits.ts';
import { operation } from '../operation.ts';
import { S3Error } from '../protocol/errors.ts';
import type { Bucket } from '../store/bucket.ts';
import type { Store } from '../store/store.ts';
import { decodeContinuationToken, encodeContinuationToken } from './continuation-token.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html */
export const listBuckets = operation('ListBuckets', {
  action: 's3:ListAllMyBuckets',
  bucket: 'absent',
  run: async ({ identity, input, store }) => {
    if (identity.kind === 'anonymous') throw new S3Error('AccessDenied');
    const { account } = identity;
    const token = input.ContinuationToken;
    const { buckets, truncated } = await bucketsOf(store, {
      owner: account.id,
      prefix: input.Prefix ?? '',
      after: token === undefined ? '' : decodeContinuationToken(account.id, token),
      limit: limitOf(input.MaxBuckets),
      region: input.BucketRegion,
    });
    const last = buckets.at(-1);
    return {
      Owner: { ID: account.id, DisplayName: account.displayName },
      Buckets: buckets.map((bucket) => ({
        Name: bucket.name,
        CreationDate: new Date(bucket.createdMs),
        BucketRegion: bucket.region,
      })),
      ...(input.Prefix !== undefined && { Prefix: input.Prefix }),
      ...(truncated &&
        last && { ContinuationToken: encodeContinuationToken(account.id, last.name) }),
    };
  },
});

function limitOf(asked: number = limits.bucketsMax): number {
  if (asked >= 1 && asked <= limits.bucketsMax) return asked;
  throw new S3Error('InvalidArgument', {
    message: `Argument max-buckets must be an integer between 1 and ${limits.bucketsMax}`,
    fields: { ArgumentName: 'max-buckets', ArgumentValue: asked },
  });
}

/** A page of buckets. Regions are no part of their order, so a filter reads on until the page is
 * full. */
async function bucketsOf(
  store: Store,
  page: {
    readonly owner: string;
    readonly prefix: string;
    readonly after: string;
    readonly limit: number;
    readonly region: string | undefined;
  },
): Promise<{ readonly buckets: readonly Bucket[]; readonly truncated: boolean }> {
  const { owner, prefix, limit, region } = page;
  if (region === undefined) return store.buckets.list(page);
  const buckets: Bucket[] = [];
  let { after } = page;
  for (;;) {
    const found = await store.buckets.list({ owner, prefix, after, limit: limits.listEntriesMax });
    for (const bucket of found.buckets) {
      after = bucket.name;
      if (bucket.region !== region) continue;
      if (buckets.length === limit) return { buckets, truncated: true };
      buckets.push(bucket);
    }
    if (!found.truncated) return { buckets, truncated: false };
  }
}

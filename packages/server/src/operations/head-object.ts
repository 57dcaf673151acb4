import { operation } from '../operation.ts';
import { describeRead } from './describe-read.ts';
import { openForReading } from './open-for-reading.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html. With `ContentRange` the
 * answer is 206. */
export const headObject = operation('HeadObject', {
  action: 's3:GetObject',
  run: async (context) => {
    const { open, selection } = await openForReading(context, context.input, 'attributes');
    return describeRead(open.object, selection, context.input, context.bucket);
  },
});

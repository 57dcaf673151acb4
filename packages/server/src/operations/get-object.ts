import { operation } from '../operation.ts';
import { describeRead } from './describe-read.ts';
import { openForReading } from './open-for-reading.ts';
import { readAgain } from './read-again.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html. With `ContentRange` the
 * answer is 206. */
export const getObject = operation('GetObject', {
  action: 's3:GetObject',
  run: (context) =>
    readAgain(async () => {
      const { bucket, input, request } = context;
      const { open, selection } = await openForReading(context, input, 'bytes');
      const { range } = selection;
      const whole = range.start === 0 && range.end === open.object.sizeBytes;
      const Body = await open.read(whole ? undefined : range, request);
      return Object.assign(describeRead(open.object, selection, input, bucket), { Body });
    }),
});

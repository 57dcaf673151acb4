import type { Readable } from 'node:stream';
import { Busboy } from '@fastify/busboy';

type FormParser = InstanceType<typeof Busboy>;
import type { ByteStream, HttpRequest } from '../http/request.ts';
import { limits } from '../limits.ts';
import { S3Error } from '../protocol/errors.ts';

/** A form that uploads a file
 * (https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTForms.html). */
export interface Form {
  /** The fields before the file by their names in lower case; what comes after it is not looked at. */
  readonly fields: ReadonlyMap<string, string>;
  readonly fileName: string;
  /** Whoever stops reading may go on later, or must have nothing of it sent any more. */
  readonly file: ByteStream;
  /** Resolves when the request has been read to its end, whatever was there behind the file. */
  readonly ended: Promise<void>;
}

/** Whether a request is a form with files. */
export const isForm = ({ method, headers }: Pick<HttpRequest, 'method' | 'headers'>): boolean =>
  method === 'POST' && /^multipart\/form-data\b/i.test(headers['content-type'] ?? '');

/**
 * Reads a form up to its file, which streams from then on.
 *
 * Throws S3Error: MalformedPOSTRequest, MaxPostPreDataLengthExceededError for fields that are too
 * large together, InvalidArgument for a form without a file. The file's stream throws what the
 * request's body throws, and MalformedPOSTRequest when the form ends too early.
 */
export function readForm(request: Pick<HttpRequest, 'headers' | 'body'>): Promise<Form> {
  const fields = new Map<string, string>();
  let fieldBytes = 0;
  const parser = parserOf(request.headers['content-type'] ?? '');
  return new Promise((resolve, reject) => {
    let file: Readable | undefined;
    // Fields that came as files, and are not read to their end yet.
    const pending: Promise<void>[] = [];
    const fail = (error: unknown): void => {
      const failure = asFormError(error);
      reject(failure);
      file?.destroy(failure);
    };
    const add = (name: string, value: string): void => {
      fieldBytes += Buffer.byteLength(name) + Buffer.byteLength(value);
      if (fieldBytes > limits.formFieldsBytesMax) {
        fail(new S3Error('MaxPostPreDataLengthExceededError'));
      } else {
        fields.set(name.toLowerCase(), value);
      }
    };
    parser.on('field', (name: string, value: string) => {
      if (file === undefined) add(name, value);
    });
    parser.on('file', (name: string, stream: Readable, fileName: string | undefined) => {
      if (file !== undefined) {
        stream.resume();
      } else if (name.toLowerCase() === 'file') {
        file = stream;
        const form = { fields, fileName: fileName ?? '', file: resumable(stream), ended };
        Promise.all(pending).then(() => resolve(form), fail);
      } else {
        // Some clients write every field as a file.
        pending.push(textOf(stream).then((text) => add(name, text)));
      }
    });
    parser.once('error', fail);
    parser.once('finish', () => {
      if (file === undefined) reject(noFile());
    });
    const ended = feed(parser, request.body).catch(fail);
  });
}

/** A loop that is left would destroy the stream, and with it the form that is still coming in. */
const resumable = (stream: Readable): ByteStream => ({
  [Symbol.asyncIterator]: () => stream.iterator({ destroyOnReturn: false }),
});

const asFormError = (error: unknown): S3Error =>
  error instanceof S3Error ? error : new S3Error('MalformedPOSTRequest', { cause: error });

const noFile = (): S3Error =>
  new S3Error('InvalidArgument', {
    message: 'POST requires exactly one file upload per request.',
    fields: { ArgumentName: 'file', ArgumentValue: 0 },
  });

async function textOf(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of stream) {
    sizeBytes += chunk.length;
    // What is more is refused for its size.
    if (sizeBytes <= 2 * limits.formFieldsBytesMax) chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parserOf(contentType: string): FormParser {
  try {
    return new Busboy({
      headers: { 'content-type': contentType },
      limits: { fieldSize: limits.formFieldsBytesMax + 1, parts: limits.formPartsMax },
    });
  } catch (cause) {
    throw new S3Error('MalformedPOSTRequest', { cause });
  }
}

/** Writes no faster than is read. */
async function feed(parser: FormParser, body: ByteStream): Promise<void> {
  for await (const chunk of body) {
    // A chunk is ours only until the next one is asked for.
    const more = parser.write(Buffer.from(chunk));
    if (!more) await new Promise<void>((resolve) => parser.once('drain', resolve));
  }
  parser.end();
}

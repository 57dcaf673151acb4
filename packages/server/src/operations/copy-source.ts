import { Buffer } from 'node:buffer';
import { S3Error } from '../protocol/errors.ts';

export interface CopySource {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string;
}

/**
 * Reads `x-amz-copy-source`: `bucket/key`, percent-encoded, with or without a slash before it and
 * a version behind it. Throws InvalidArgument.
 *
 * @param header latin1, as headers are
 */
export function parseCopySource(header: string): CopySource {
  const at = header.indexOf('?versionId=');
  const path = decodeSource(at < 0 ? header : header.slice(0, at));
  const source = path.startsWith('/') ? path.slice(1) : path;
  const slash = source.indexOf('/');
  if (slash <= 0 || slash === source.length - 1) {
    throw invalid('Invalid copy source object key', header);
  }
  return {
    bucket: source.slice(0, slash),
    key: source.slice(slash + 1),
    ...(at >= 0 && { versionId: decodeSource(header.slice(at + '?versionId='.length)) }),
  };
}

/** Decodes the value of a header that names a source. Throws InvalidArgument. */
export function decodeSource(text: string, name = copySource): string {
  try {
    // Some clients send UTF-8 as it is.
    return decodeURIComponent(Buffer.from(text, 'latin1').toString('utf8'));
  } catch {
    throw invalid('Invalid copy source encoding.', text, name);
  }
}

const copySource = 'x-amz-copy-source';

const invalid = (message: string, value: string, name = copySource): S3Error =>
  new S3Error('InvalidArgument', {
    message,
    fields: { ArgumentName: name, ArgumentValue: value },
  });

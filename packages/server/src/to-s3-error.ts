import { EngineError } from './engine-error.ts';
import { S3Error } from './protocol/errors.ts';

/**
 * What any failure is in S3's words. What is not an `S3Error` already keeps its text to itself: it
 * becomes the `cause`, for the log.
 */
export function toS3Error(error: unknown): S3Error {
  if (error instanceof S3Error) return error;
  if (error instanceof EngineError) {
    switch (error.kind) {
      case 'unavailable':
        return new S3Error('ServiceUnavailable', {
          cause: error,
          headers: { 'Retry-After': '1' },
        });
      case 'full':
        return new S3Error('InsufficientStorage', { cause: error });
      case 'corrupt':
      case 'missing':
        return new S3Error('InternalError', { cause: error });
    }
  }
  return new S3Error('InternalError', { cause: error });
}

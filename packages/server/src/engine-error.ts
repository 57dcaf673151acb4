/**
 * Why an engine could not do its work, in the few words that callers act on:
 * - `unavailable`: try again later; the engine is closed, busy or out of reach
 * - `corrupt`: stored bytes are not the bytes that were written
 * - `full`: no room left
 * - `missing`: a blob that should exist is not there
 */
export type EngineErrorKind = 'unavailable' | 'corrupt' | 'full' | 'missing';

/** The only error that metadata and data engines throw for what happens outside of the program. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
  readonly kind: EngineErrorKind;

  constructor(kind: EngineErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}

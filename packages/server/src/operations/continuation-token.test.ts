import { expect, test } from 'vitest';
import * as fc from 'fast-check';
import { decodeContinuationToken, encodeContinuationToken } from './continuation-token.ts';

const incorrect = expect.objectContaining({
  code: 'InvalidArgument',
  message: 'The continuation token provided is incorrect',
  fields: { ArgumentName: 'continuation-token' },
});

test('a token gives back where the page ended, and needs no escaping in a query', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, unit: 'binary' }), (last) => {
      const token = encodeContinuationToken('scope', last);
      expect(token).toMatch(/^[\w-]+$/);
      expect(decodeContinuationToken('scope', token)).toBe(last);
      expect(() => decodeContinuationToken('other', token)).toThrow(incorrect);
      expect(() => decodeContinuationToken('scope', `${token}A`)).toThrow(incorrect);
      expect(() => decodeContinuationToken('scope', token.slice(1))).toThrow(incorrect);
    }),
  );
});

test.each(['', 'a', 'AAAAAAAA', 'obj001', '\u0000', 'A'.repeat(100_000)])(
  'what was not given by a listing is refused: %.10s',
  (token) => {
    expect(() => decodeContinuationToken('scope', token)).toThrow(incorrect);
  },
);

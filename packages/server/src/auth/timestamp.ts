const httpDate =
  /^[A-Z][a-z]{2}, \d{1,2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} (?:GMT|UTC|[+-]\d{4})$/;
const zero = 48;

/**
 * Reads the timestamp of Signature Version 4, ISO 8601 in its basic form: `20130524T000000Z`.
 *
 * @returns milliseconds since the epoch, or undefined when the text is no such timestamp
 */
export function parseTimestamp(text: string): number | undefined {
  if (text.length !== 16 || text[8] !== 'T' || text[15] !== 'Z') {
    return undefined;
  }
  const month = digits(text, 4, 6);
  const day = digits(text, 6, 8);
  const hour = digits(text, 9, 11);
  const minute = digits(text, 11, 13);
  const second = digits(text, 13, 15);
  const milliseconds = Date.UTC(digits(text, 0, 4), month - 1, day, hour, minute, second);
  // Date.UTC carries over what is too much: to it, 31 February is 3 March.
  const exists =
    month >= 1 &&
    month <= 12 &&
    new Date(milliseconds).getUTCDate() === day &&
    hour < 24 &&
    minute < 60 &&
    second < 60;
  return exists ? milliseconds : undefined;
}

/**
 * Reads the `Date` header, which may stand in for `x-amz-date`: an HTTP date or the form above.
 *
 * @returns milliseconds since the epoch, or undefined
 */
export function parseDateHeader(text: string): number | undefined {
  const milliseconds = httpDate.test(text) ? Date.parse(text) : parseTimestamp(text);
  return Number.isNaN(milliseconds) ? undefined : milliseconds;
}

/** Milliseconds since the epoch as `20130524T000000Z`. */
export function formatTimestamp(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/[-:]|\.\d{3}/g, '');
}

/** Milliseconds since the epoch as error documents show them: `2013-05-24T00:00:00Z`. */
export function formatErrorTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d{3}/, '');
}

/** The number that the digits between two places make; NaN when one of them is no digit. */
function digits(text: string, from: number, until: number): number {
  let value = 0;
  for (let at = from; at < until; at += 1) {
    const digit = text.charCodeAt(at) - zero;
    if (digit < 0 || digit > 9) {
      return Number.NaN;
    }
    value = value * 10 + digit;
  }
  return value;
}

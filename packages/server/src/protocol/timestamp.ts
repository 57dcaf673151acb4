const months = 'Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec';
const imfFixdate = new RegExp(
  `^[A-Z][a-z]{2}, \\d{1,2} (?:${months}) \\d{4} \\d\\d:\\d\\d:\\d\\d (?:GMT|UTC|[+-]\\d{4})$`,
);
const rfc850 = new RegExp(
  `^[A-Z][a-z]{5,8}, \\d\\d-(?:${months})-\\d\\d \\d\\d:\\d\\d:\\d\\d GMT$`,
);
const asctime = new RegExp(`^[A-Z][a-z]{2} (?:${months}) [ \\d]\\d \\d\\d:\\d\\d:\\d\\d \\d{4}$`);
const iso8601 = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d)(?::?(\d\d))?(\.\d{1,9})?(Z|[+-]\d\d:?\d\d)?)?$/;

/**
 * Reads a date in one of the three formats of RFC 9110 section 5.6.7 or in ISO 8601 (without a zone
 * it is UTC). Clients mix them, whatever the schema says.
 *
 * @returns undefined: it is none of these, or there is no such day.
 */
export function parseTimestamp(text: string): Date | undefined {
  if (text.length > 40) return undefined;
  const ms = imfFixdate.test(text) || rfc850.test(text) ? Date.parse(text) : parseOther(text);
  return Number.isNaN(ms) ? undefined : new Date(ms);
}

function parseOther(text: string): number {
  // asctime has no zone, and JavaScript would take the server's own.
  if (asctime.test(text)) return Date.parse(`${text} GMT`);
  const match = iso8601.exec(text);
  if (match === null) return Number.NaN;
  const [, day, minutes = '00:00', seconds = '00', fraction = '', zone = 'Z'] = match;
  // JavaScript takes 30 February for 2 March. A year, a month and a day that exist come back.
  const midnight = Date.parse(`${String(day)}T00:00:00Z`);
  if (Number.isNaN(midnight) || new Date(midnight).toISOString().slice(0, 10) !== day) {
    return Number.NaN;
  }
  const colon = zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone;
  return Date.parse(`${day}T${minutes}:${seconds}${fraction.slice(0, 4)}${colon}`);
}

const dayMs = 86_400_000;
const minuteMs = 60_000;
let lastDay = Number.NaN;
let lastDayText = '';
const minuteTexts = Array.from({ length: 1440 }, (_, minute) =>
  new Date(minute * minuteMs).toISOString().slice(10, 17),
);
const secondTexts = Array.from({ length: 60 }, (_, second) => `${twoDigits(second)}.000Z`);

function twoDigits(number: number): string {
  return String(number).padStart(2, '0');
}

/**
 * `2026-01-02T03:04:05.000Z`: as `Date.prototype.toISOString` of the second, from tables. A listing
 * formats a thousand of them, most of few days.
 */
export function formatWholeSecond(date: Date): string {
  const time = date.getTime();
  const day = Math.floor(time / dayMs);
  if (day !== lastDay) {
    lastDayText = date.toISOString().slice(0, -14);
    lastDay = day;
  }
  const ms = time - day * dayMs;
  const minute = Math.floor(ms / minuteMs);
  const second = Math.floor((ms - minute * minuteMs) / 1000);
  return lastDayText + (minuteTexts[minute] ?? '') + (secondTexts[second] ?? '');
}

/** `2026-01-02T03:04:05.678Z`. */
export function formatTimestamp(date: Date): string {
  return date.toISOString();
}

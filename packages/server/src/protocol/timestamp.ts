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
  const colon = zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone;
  return Date.parse(`${day}T${minutes}:${seconds}${fraction.slice(0, 4)}${colon}`);
}

const dayMs = 86_400_000;
const twoDigits = Array.from({ length: 100 }, (_, number) => String(number).padStart(2, '0'));
let lastDay = Number.NaN;
let lastDayText = '';

/**
 * `2026-01-02T03:04:05.678Z`, as `Date.prototype.toISOString`, but with a memory for the day: a
 * listing formats a thousand of them, most of few days.
 */
export function formatTimestamp(date: Date): string {
  const time = date.getTime();
  const day = Math.floor(time / dayMs);
  if (day !== lastDay) {
    lastDayText = date.toISOString().slice(0, -13);
    lastDay = day;
  }
  const ms = time - day * dayMs;
  const seconds = Math.floor(ms / 1000);
  const hour = twoDigits[Math.floor(seconds / 3600)] ?? '';
  const minute = twoDigits[Math.floor(seconds / 60) % 60] ?? '';
  const fraction = ms % 1000;
  const fractionText = fraction === 0 ? '000' : String(fraction).padStart(3, '0');
  return `${lastDayText}${hour}:${minute}:${twoDigits[seconds % 60] ?? ''}.${fractionText}Z`;
}

import type { CsrfDenied, CsrfFacts } from './decision.ts';
import { describe } from './describe.ts';

/** A refusal, for a log. It holds no cookie, no token and no authorization. */
export interface CsrfReport {
  /** Whether the request was refused; false when the policy only reports. */
  readonly enforced: boolean;
  readonly stage: CsrfDenied['stage'];
  readonly reason: CsrfDenied['reason'];
  /** The reason as a sentence. */
  readonly message: string;
  /** Shortened, as everything that the sender chose. */
  readonly method: string;
  readonly origin: string | undefined;
  readonly fetchSite: string | undefined;
}

/** Takes reports; `CsrfReport` to a log, as a rule. */
export type ReportSink = (report: CsrfReport) => void;

/** How many reports are let through. */
export interface ReportLimits {
  /** The share that is reported, 0 to 1; all unless told. */
  readonly share?: number | undefined;
  /** At most so many in a minute; 60 unless told. */
  readonly perMinute?: number | undefined;
  /** Milliseconds, for tests. */
  readonly now?: (() => number) | undefined;
  /** 0 to 1, for tests. */
  readonly random?: (() => number) | undefined;
}

/** Makes a report of a refusal. */
export function reportOf(facts: CsrfFacts, decision: CsrfDenied, enforced: boolean): CsrfReport {
  return {
    enforced,
    stage: decision.stage,
    reason: decision.reason,
    message: describe(facts, decision),
    method: facts.method.slice(0, 32),
    origin: facts.origin?.slice(0, 200),
    fetchSite: facts.fetchSite?.slice(0, 32),
  };
}

/**
 * Lets a share of the reports through, and never more than so many a minute: whoever can make
 * refusals must not be able to fill a disk.
 *
 * @param sink - Is also told how many were left out since the last one.
 * @throws RangeError when a limit is none.
 *
 * @example
 * // Permitted: a tenth, at most 30 a minute.
 * const onDenied = limitReports((report, left) => log.warn({ ...report, left }), { share: 0.1, perMinute: 30 });
 *
 * @example
 * // Prohibited: a limit for each origin. The sender chooses the origin, and with it a new limit.
 * const onDenied = (report) => limiterOf(report.origin)(report);
 */
export function limitReports(
  sink: (report: CsrfReport, leftOut: number) => void,
  limits: ReportLimits = {},
): ReportSink {
  const { share = 1, perMinute = 60, now = Date.now, random = Math.random } = limits;
  if (!(share >= 0 && share <= 1)) throw new RangeError('share is a number from 0 to 1');
  if (!Number.isSafeInteger(perMinute) || perMinute < 1) {
    throw new RangeError('perMinute is a whole number, 1 or more');
  }
  let minute = Number.NaN;
  let reported = 0;
  let leftOut = 0;
  return (report) => {
    const current = Math.floor(now() / 60_000);
    if (current !== minute) {
      minute = current;
      reported = 0;
    }
    if (reported >= perMinute || random() >= share) {
      leftOut += 1;
      return;
    }
    const before = leftOut;
    leftOut = 0;
    reported += 1;
    sink(report, before);
  };
}

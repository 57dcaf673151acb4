import type { LogSink } from './log.ts';

/** The log of a server process: standard error, which leaves standard output to what was asked. */
export const standardError: LogSink = {
  now: Date.now,
  append: (text, done) => {
    process.stderr.write(text, () => {
      done();
    });
  },
};

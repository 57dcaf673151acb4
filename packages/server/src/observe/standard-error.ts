import { fstatSync } from 'node:fs';
import type { LogSink } from './log.ts';

/** POSIX PIPE_BUF, less a margin: more in one write to a pipe may be interleaved. */
const pipeChars = 4000;
/** A file is appended to in one piece whatever its size. */
const fileChars = 60_000;

/** The log of a server process: standard error, which leaves standard output to what was asked. */
export const standardError: LogSink = {
  now: Date.now,
  append: (text, done) => {
    process.stderr.write(text, () => {
      done();
    });
  },
  batchCharsMax: isFile() ? fileChars : pipeChars,
};

function isFile(): boolean {
  try {
    return fstatSync(process.stderr.fd).isFile();
  } catch {
    // Closed: nothing is written anyway.
    return false;
  }
}

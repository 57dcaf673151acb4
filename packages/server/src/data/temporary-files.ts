import { hostname } from 'node:os';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { FileCalls } from './file-calls.ts';

/** A temporary of another machine that was not written to for so long is nobody's any more. Ours;
 * longer than any upload lives. */
const foreignAgeMsMax = 24 * 60 * 60 * 1000;

/** Tells this run of the process from an earlier one with the same process id, as the first process
 * of a container always has. */
const run = randomBytes(6).toString('hex');
const host = Buffer.from(hostname()).toString('hex').slice(0, 64) || '00';

/** The name of a temporary: host, process, run and the id of the blob that it will be. */
export const temporaryName = (id: string): string => `${host}-${process.pid}-${run}-${id}`;

/** Removes the temporaries of processes that are no more. Those of other machines, whose processes
 * cannot be asked, go when they are old. */
export async function sweepTemporary(
  calls: FileCalls,
  directory: string,
  nowMs: number,
): Promise<void> {
  const abandoned = async (name: string): Promise<boolean> => {
    const [owner, pid, ownerRun] = name.split('-');
    if (owner === host && Number(pid) === process.pid) return ownerRun !== run;
    if (owner === host) return !isAlive(Number(pid));
    return nowMs - (await calls.modifiedMs(join(directory, name))) > foreignAgeMsMax;
  };
  for (const name of await calls.list(directory)) {
    try {
      if (await abandoned(name)) await calls.unlink(join(directory, name));
    } catch (error) {
      // Another process sweeps too, or finished its write.
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    }
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, and is somebody else's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

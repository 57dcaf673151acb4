import * as fs from 'node:fs';

/**
 * What the files engine asks of a file system, so that tests can put one in its place which fails,
 * or forgets what was not made durable. Paths and descriptors are the operating system's; failures
 * are its errors, with their `code`.
 */
export interface FileCalls {
  /** Opens for reading, or makes a file that must not exist yet and opens it for writing. */
  open(path: string, purpose: 'read' | 'create'): Promise<number>;
  /** Fills `length` bytes of the buffer from its beginning, fewer only where the file ends. */
  read(fd: number, buffer: Uint8Array, length: number, position: number): Promise<number>;
  /** Writes all of the bytes. */
  write(fd: number, bytes: Uint8Array, position: number): Promise<void>;
  /** The bytes of the file, and what it takes to find them, survive power loss. */
  syncData(fd: number): Promise<void>;
  close(fd: number): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  unlink(path: string): Promise<void>;
  /** The names in the directory survive power loss. */
  syncDirectory(path: string): Promise<void>;
  /** Makes a directory and those above it; one that is there is no error. */
  makeDirectory(path: string): Promise<void>;
  list(path: string): Promise<readonly string[]>;
  /** When the file was last written to, in milliseconds since the epoch. */
  modifiedMs(path: string): Promise<number>;
}

/** Owner only: whoever can read blobs needs no credentials. */
const fileMode = 0o600;
const directoryMode = 0o700;

type Done<T> = (error: Error | null, result: T) => void;

/** `util.promisify` without its detours; `fs/promises` would make a handle object per file. */
function promise<T>(call: (done: Done<T>) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    call((error, result) => (error === null ? resolve(result) : reject(error)));
  });
}

/** As `promise`, for calls that give nothing back. */
function completion(call: (done: (error: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    call((error) => (error === null ? resolve() : reject(error)));
  });
}

async function readAll(
  ...[fd, buffer, length, position]: Parameters<FileCalls['read']>
): Promise<number> {
  let filled = 0;
  while (filled < length) {
    const from = filled;
    const count = await promise<number>((done) => {
      fs.read(fd, buffer, from, length - from, position + from, done);
    });
    if (count === 0) break;
    filled += count;
  }
  return filled;
}

async function writeAll(fd: number, bytes: Uint8Array, position: number): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    const from = written;
    written += await promise<number>((done) => {
      fs.write(fd, bytes, from, bytes.length - from, position + from, done);
    });
  }
}

export const fileCalls: FileCalls = {
  open: (path, purpose) =>
    promise((done) => fs.open(path, purpose === 'read' ? 'r' : 'wx', fileMode, done)),
  read: readAll,
  write: writeAll,
  syncData: (fd) => completion((done) => fs.fdatasync(fd, done)),
  close: (fd) => completion((done) => fs.close(fd, done)),
  rename: (from, to) => completion((done) => fs.rename(from, to, done)),
  unlink: (path) => completion((done) => fs.unlink(path, done)),
  async syncDirectory(path) {
    const fd = await promise<number>((done) => fs.open(path, 'r', done));
    try {
      await completion((done) => fs.fsync(fd, done));
    } finally {
      await completion((done) => fs.close(fd, done));
    }
  },
  async makeDirectory(path) {
    await fs.promises.mkdir(path, { recursive: true, mode: directoryMode });
  },
  list: (path) => fs.promises.readdir(path),
  modifiedMs: async (path) => (await fs.promises.stat(path)).mtimeMs,
};

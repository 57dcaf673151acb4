import { Buffer } from 'node:buffer';
import { basename, dirname } from 'node:path';
import type { FileCalls } from './file-calls.ts';

interface Inode {
  bytes: Buffer;
  durable: Buffer | undefined;
}

interface Directory {
  names: Map<string, Inode>;
  durable: ReadonlyMap<string, Inode>;
}

/**
 * A file system in memory that loses power: after so many calls every further one fails, and what
 * was not made durable by then is, by the toss of a coin each, there or not.
 */
export class ForgetfulFiles {
  readonly #directories = new Map<string, Directory>();
  readonly #open = new Map<number, Inode>();
  readonly #toss: () => boolean;
  #fd = 0;
  #callsLeft: number = Number.POSITIVE_INFINITY;

  constructor(toss: () => boolean) {
    this.#toss = toss;
  }

  /** The power goes after so many calls. */
  failAfter(calls: number): void {
    this.#callsLeft = calls;
  }

  /** The machine comes up again with what was durable, and with some of what was not. */
  restart(): void {
    this.#callsLeft = Number.POSITIVE_INFINITY;
    this.#open.clear();
    for (const directory of this.#directories.values()) {
      const names = new Map(directory.durable);
      for (const [name, inode] of directory.names) if (this.#toss()) names.set(name, inode);
      for (const name of directory.durable.keys()) {
        if (!directory.names.has(name) && this.#toss()) names.delete(name);
      }
      directory.names = names;
      directory.durable = new Map(names);
    }
    for (const { names } of this.#directories.values()) {
      for (const inode of names.values()) {
        if (inode.durable !== inode.bytes && this.#toss()) {
          inode.bytes = inode.durable ?? Buffer.alloc(inode.bytes.length);
        }
        inode.durable = inode.bytes;
      }
    }
  }

  async #call(): Promise<void> {
    // Calls of several writers mix.
    for (let turns = this.#toss() ? 3 : 1; turns > 0; turns--) await Promise.resolve();
    if (this.#callsLeft-- <= 0) throw new Error('no power');
  }

  #directory(path: string): Directory {
    const directory = this.#directories.get(path);
    if (directory === undefined) throw missing(path);
    return directory;
  }

  #file(fd: number): Inode {
    const inode = this.#open.get(fd);
    if (inode === undefined) throw new Error(`descriptor ${fd} is not open`);
    return inode;
  }

  readonly calls: FileCalls = {
    open: async (path, purpose) => {
      await this.#call();
      const { names } = this.#directory(dirname(path));
      let inode = names.get(basename(path));
      if (purpose === 'create') {
        inode = { bytes: Buffer.alloc(0), durable: undefined };
        names.set(basename(path), inode);
      }
      if (inode === undefined) throw missing(path);
      this.#open.set(++this.#fd, inode);
      return this.#fd;
    },
    read: async (...[fd, buffer, length, position]) => {
      await this.#call();
      return this.#file(fd).bytes.copy(buffer, 0, position, position + length);
    },
    write: async (fd, bytes, position) => {
      await this.#call();
      const inode = this.#file(fd);
      const grown = Buffer.alloc(Math.max(inode.bytes.length, position + bytes.length));
      inode.bytes.copy(grown);
      grown.set(bytes, position);
      inode.bytes = grown;
    },
    syncData: async (fd) => {
      const inode = this.#file(fd);
      const { bytes } = inode;
      await this.#call();
      inode.durable = bytes;
    },
    close: async (fd) => {
      await this.#call();
      this.#open.delete(fd);
    },
    rename: async (from, to) => {
      await this.#call();
      const { names } = this.#directory(dirname(from));
      const inode = names.get(basename(from));
      if (inode === undefined) throw missing(from);
      names.delete(basename(from));
      this.#directory(dirname(to)).names.set(basename(to), inode);
    },
    unlink: async (path) => {
      await this.#call();
      if (!this.#directory(dirname(path)).names.delete(basename(path))) throw missing(path);
    },
    syncDirectory: async (path) => {
      const directory = this.#directories.get(path);
      const durable = new Map(directory?.names);
      await this.#call();
      if (directory !== undefined) directory.durable = durable;
    },
    makeDirectory: async (path) => {
      await this.#call();
      if (!this.#directories.has(path)) {
        this.#directories.set(path, { names: new Map(), durable: new Map() });
      }
    },
    list: async (path) => {
      await this.#call();
      const below = [...this.#directories.keys()].filter((other) => dirname(other) === path);
      return [...this.#directory(path).names.keys(), ...below.map((other) => basename(other))];
    },
    modifiedMs: async () => 0,
  };
}

function missing(path: string): Error {
  return Object.assign(new Error(`nothing at ${path}`), { code: 'ENOENT', syscall: 'open' });
}

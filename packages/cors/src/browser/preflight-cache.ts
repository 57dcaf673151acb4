import type { EngineProfile } from './profile.ts';
import { profiles } from './profile.ts';
import type { Engine } from './request.ts';

/** What a preflight was, or would be, about. */
export interface PreflightKey {
  /** The site in the address bar: caches are partitioned by it. */
  readonly partition: string;
  /** As in the `Origin` header. */
  readonly origin: string;
  readonly url: string;
  /** The credentials mode is `include`. */
  readonly include: boolean;
}

/** What a server granted. */
export interface Grant {
  readonly methods: readonly string[];
  /** In lower case. */
  readonly headers: readonly string[];
  readonly seconds: number;
}

interface Kept {
  readonly key: PreflightKey;
  /** The last moment of all. */
  until: number;
  /** With the moment until which each holds, in milliseconds. */
  readonly methods: Map<string, number>;
  readonly headers: Map<string, number>;
}

/**
 * The preflight cache of one browser. It belongs to one engine and outlives requests: pass the same
 * one to several `simulate` calls. https://fetch.spec.whatwg.org/#concept-cache
 *
 * @example
 * let nowMs = 0;
 * const cache = new PreflightCache('chromium', () => nowMs);
 * simulate(put, server, 'chromium', { cache }); // OPTIONS, PUT
 * simulate(put, server, 'chromium', { cache }); // PUT
 * @example
 * simulate(put, server, 'firefox', { cache }); // throws RangeError: it is Chromium's
 */
export class PreflightCache {
  readonly engine: Engine;
  readonly #profile: EngineProfile;
  readonly #now: () => number;
  #kept: Kept[] = [];

  /** @param now - Milliseconds from any beginning. */
  constructor(engine: Engine, now: () => number) {
    this.engine = engine;
    this.#profile = profiles[engine];
    this.#now = now;
  }

  /**
   * Whether the method was granted and the grant still holds.
   *
   * @param flagged - The request's use-CORS-preflight flag is set: then even a safelisted method
   * needs something that is kept.
   */
  allowsMethod(key: PreflightKey, method: string, flagged = false): boolean {
    const serving = this.#serving(key);
    const { cacheExemptMethods, flaggedNeedsMethod } = this.#profile;
    if (cacheExemptMethods.has(method)) {
      if (!flagged) return true;
      if (!flaggedNeedsMethod && serving.some(({ until }) => until > this.#now())) return true;
    }
    return serving.some(
      (kept) =>
        this.#holds(kept.methods, method) ||
        (this.#wildcardCounts(kept, key) && this.#holds(kept.methods, '*')),
    );
  }

  /** @param name - In lower case. */
  allowsHeader(key: PreflightKey, name: string): boolean {
    const covered = name !== 'authorization' || this.#profile.cachedWildcardCoversAuthorization;
    return this.#serving(key).some(
      (kept) =>
        this.#holds(kept.headers, name) ||
        (covered && this.#wildcardCounts(kept, key) && this.#holds(kept.headers, '*')),
    );
  }

  /** Keeps a grant; false when it is not to be kept. */
  store(key: PreflightKey, grant: Grant): boolean {
    if (grant.seconds <= 0 || key.url.length > this.#profile.cachedUrlCharsMax) return false;
    const until = this.#now() + grant.seconds * 1000;
    const same = this.#kept.find((kept) => isSameKey(kept.key, key));
    if (this.#profile.cacheKeeps === 'one-result') {
      this.#kept = this.#kept.filter((kept) => !isSamePlace(kept.key, key));
      this.#keep(entryOf(key, grant, until));
    } else if (same === undefined) {
      this.#keep(entryOf(key, grant, until));
    } else {
      same.until = Math.max(same.until, until);
      for (const method of grant.methods) same.methods.set(method, until);
      for (const name of grant.headers) same.headers.set(name, until);
    }
    return true;
  }

  /** Told when what is kept does not cover a request: whoever keeps one result then drops it, before
   * the new preflight has succeeded. */
  missed(key: PreflightKey): void {
    if (this.#profile.cacheKeeps !== 'one-result') return;
    this.#kept = this.#kept.filter((kept) => !isSamePlace(kept.key, key));
  }

  /** Takes back what was granted for a URL after a request to it failed; whether engines do so
   * differs. https://fetch.spec.whatwg.org/#concept-cache-clear */
  clearAfterFailure(key: PreflightKey, preflighted: boolean): boolean {
    const { clearsOnFailure } = this.#profile;
    if (clearsOnFailure === 'none' || (clearsOnFailure === 'preflighted' && !preflighted)) {
      return false;
    }
    const before = this.#kept.length;
    this.#kept = this.#kept.filter((kept) => !isSamePlace(kept.key, key));
    return this.#kept.length < before;
  }

  #keep(entry: Kept): void {
    const max = this.#profile.cachedUrlsMax;
    if (this.#kept.length >= max)
      this.#kept = this.#kept.filter(({ until }) => until > this.#now());
    if (this.#kept.length >= max) this.#kept.shift();
    this.#kept.push(entry);
  }

  #serving(key: PreflightKey): readonly Kept[] {
    return this.#kept.filter(
      (kept) =>
        isSamePlace(kept.key, key) &&
        (kept.key.include === key.include ||
          (kept.key.include && this.#profile.credentialedServesBoth)),
    );
  }

  #holds(granted: ReadonlyMap<string, number>, name: string): boolean {
    return (granted.get(name) ?? Number.NEGATIVE_INFINITY) > this.#now();
  }

  /** With credentials `*` is a method and a header of that name, and nothing more. */
  #wildcardCounts(kept: Kept, asked: PreflightKey): boolean {
    const { cachedWildcard } = this.#profile;
    if (cachedWildcard === 'literal') return false;
    return cachedWildcard === 'matches' ? !kept.key.include : !asked.include;
  }
}

function entryOf(key: PreflightKey, grant: Grant, until: number): Kept {
  return {
    key,
    until,
    methods: new Map(grant.methods.map((method) => [method, until])),
    headers: new Map(grant.headers.map((name) => [name, until])),
  };
}

function isSamePlace(a: PreflightKey, b: PreflightKey): boolean {
  return a.partition === b.partition && a.origin === b.origin && a.url === b.url;
}

function isSameKey(a: PreflightKey, b: PreflightKey): boolean {
  return isSamePlace(a, b) && a.include === b.include;
}

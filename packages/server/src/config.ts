import { availableParallelism } from 'node:os';
import type { RootKeys } from './auth/root-credentials.ts';
import type { LogFormat } from './observe/log.ts';

/** Everything an operator may decide. */
export interface Config {
  readonly listen: { readonly host: string; readonly port: number };
  /** A directory, or `memory:`. */
  readonly data: string;
  /** `postgres://…`; absent: LMDB beside the data. */
  readonly metadata?: string;
  readonly workers: number;
  /** What buckets report as their region; any region is accepted in signatures. */
  readonly region: string;
  /** Base domains whose sub-domains name buckets; path style works beside them. */
  readonly domains: readonly string[];
  /** Base domains whose sub-domains are websites of buckets, beside `s3-website.` below `domains`. */
  readonly websiteDomains: readonly string[];
  readonly rootUser?: string;
  readonly rootPassword?: string;
  /** A file of more accounts. */
  readonly accounts?: string;
  readonly corsVary: 'safe' | 'aws';
  /** Whether Signature Version 2 is served, which AWS itself gave up. */
  readonly sigv2: 'off' | 'on';
  readonly log: LogFormat;
}

/** How one setting is written in a flag, an environment variable and the file, and what it means. */
export interface Setting<T> {
  readonly flag?: string;
  readonly placeholder?: string;
  readonly variables: readonly string[];
  readonly help: string;
  /** As `--help` shows it; computed defaults describe themselves. */
  readonly default: string;
  /** Text to value; throws an Error that says what is allowed. */
  readonly parse: (text: string) => T;
}

const fallback = {
  listen: '127.0.0.1:9000',
  data: './causeway-data',
  region: 'us-east-1',
  corsVary: 'safe',
  sigv2: 'off',
} as const;

/** The one schema of the server's settings: flags, variables, file and help all read it. */
export const settings: { readonly [Name in keyof Config]-?: Setting<Required<Config>[Name]> } = {
  listen: {
    flag: '--listen',
    placeholder: 'HOST:PORT',
    variables: ['CAUSEWAY_LISTEN'],
    help: 'address to serve S3 on; port 0 takes a free one',
    default: fallback.listen,
    parse: parseListen,
  },
  data: {
    flag: '--data',
    placeholder: 'DIR|memory:',
    variables: ['CAUSEWAY_DATA'],
    help: 'where everything is kept; memory: keeps nothing',
    default: fallback.data,
    parse: parseData,
  },
  metadata: {
    flag: '--metadata',
    placeholder: 'postgres://…',
    variables: ['CAUSEWAY_METADATA'],
    help: 'where the rows are kept, for several machines at once',
    default: 'LMDB in the data directory',
    parse: parseMetadata,
  },
  workers: {
    flag: '--workers',
    placeholder: 'N',
    variables: ['CAUSEWAY_WORKERS'],
    help: 'processes that share the work',
    default: 'the processors; 1 for memory:',
    parse: parseWorkers,
  },
  region: {
    flag: '--region',
    placeholder: 'NAME',
    variables: ['CAUSEWAY_REGION'],
    help: 'region of new buckets; signatures may name any',
    default: fallback.region,
    parse: (text) => matching(text, /^[a-z0-9-]{1,32}$/u, 'lower-case letters, digits and hyphens'),
  },
  domains: {
    flag: '--domains',
    placeholder: 'NAME[,NAME…]',
    variables: ['CAUSEWAY_DOMAINS', 'MINIO_DOMAIN'],
    help: 'virtual-host style: BUCKET.NAME addresses a bucket',
    default: 'none: path style only',
    parse: (text) => text.split(',').map(parseDomain),
  },
  websiteDomains: {
    flag: '--website-domain',
    placeholder: 'NAME[,NAME…]',
    variables: ['CAUSEWAY_WEBSITE_DOMAIN'],
    help: 'BUCKET.NAME is the website of a bucket',
    default: 's3-website. before each of --domains',
    parse: (text) => text.split(',').map(parseDomain),
  },
  rootUser: {
    variables: ['CAUSEWAY_ROOT_USER', 'MINIO_ROOT_USER'],
    help: 'access key of the root account',
    default: 'made at the first start',
    parse: (text) => matching(text, /^[\w.@+-]{3,128}$/u, '3 to 128 letters, digits or _ . @ + -'),
  },
  rootPassword: {
    variables: ['CAUSEWAY_ROOT_PASSWORD', 'MINIO_ROOT_PASSWORD'],
    help: 'secret key of the root account',
    default: 'made at the first start',
    parse: (text) => matching(text, /^[\u0021-\u007E]{8,128}$/u, '8 to 128 printable characters'),
  },
  accounts: {
    flag: '--accounts',
    placeholder: 'FILE',
    variables: ['CAUSEWAY_ACCOUNTS'],
    help: 'more accounts, with their keys, as JSON',
    default: 'none: the root account only',
    parse: (text) => text,
  },
  corsVary: {
    flag: '--cors-vary',
    placeholder: 'safe|aws',
    variables: ['CAUSEWAY_CORS_VARY'],
    help: 'Vary on every answer of a bucket with CORS, or as AWS does',
    default: fallback.corsVary,
    parse: (text) => oneOf(text, ['safe', 'aws']),
  },
  sigv2: {
    flag: '--sigv2',
    placeholder: 'off|on',
    variables: ['CAUSEWAY_SIGV2'],
    help: 'Signature Version 2 as well, for clients of long ago',
    default: fallback.sigv2,
    parse: (text) => oneOf(text, ['off', 'on']),
  },
  log: {
    flag: '--log',
    placeholder: 'json|pretty|off',
    variables: ['CAUSEWAY_LOG'],
    help: 'one line per request, on stderr',
    default: 'pretty in a terminal, else json',
    parse: (text) => oneOf(text, ['json', 'pretty', 'off']),
  },
};

/** What is wrong is not repeated: it may be right for somewhere else. */
const secrets: ReadonlySet<string> = new Set(['rootPassword', 'metadata']);

export interface ConfigSources {
  /** Values by flag, e.g. `--listen`. */
  readonly flags: Readonly<Record<string, string>>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The parsed configuration file and its name, when there is one. */
  readonly file?: { readonly name: string; readonly content: unknown };
  readonly terminal: boolean;
}

/** Every problem of a configuration at once, each naming where it was written. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`The configuration has ${problems.length} problem(s):\n  ${problems.join('\n  ')}`);
    this.problems = problems;
  }
}

/**
 * Reads the configuration: a flag wins over a variable, a variable over the file, the file over
 * the default.
 *
 * @throws {ConfigError} with all the problems
 */
export function readConfig(sources: ConfigSources): Config {
  const problems: string[] = [];
  const file = fileValues(sources, problems);
  const read = <T>(name: keyof Config, setting: Setting<T>): T | undefined => {
    const given = find(setting, sources, file.get(name));
    if (given === undefined) return undefined;
    try {
      return setting.parse(given.text);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      const shown = secrets.has(name) ? '' : ` ${JSON.stringify(given.text)}`;
      problems.push(`${given.where}${shown}: ${why}`);
      return undefined;
    }
  };
  const data = read('data', settings.data) ?? fallback.data;
  const metadata = read('metadata', settings.metadata);
  const workers = read('workers', settings.workers);
  const rootUser = read('rootUser', settings.rootUser);
  const rootPassword = read('rootPassword', settings.rootPassword);
  const accounts = read('accounts', settings.accounts);
  const config: Config = {
    listen: read('listen', settings.listen) ?? parseListen(fallback.listen),
    data,
    workers: workers ?? (data === 'memory:' ? 1 : availableParallelism()),
    region: read('region', settings.region) ?? fallback.region,
    domains: read('domains', settings.domains) ?? [],
    websiteDomains: read('websiteDomains', settings.websiteDomains) ?? [],
    corsVary: read('corsVary', settings.corsVary) ?? fallback.corsVary,
    sigv2: read('sigv2', settings.sigv2) ?? fallback.sigv2,
    log: read('log', settings.log) ?? (sources.terminal ? 'pretty' : 'json'),
    ...(metadata === undefined ? {} : { metadata }),
    ...(rootUser === undefined ? {} : { rootUser }),
    ...(rootPassword === undefined ? {} : { rootPassword }),
    ...(accounts === undefined ? {} : { accounts }),
  };
  if (data === 'memory:' && metadata !== undefined) {
    problems.push('--metadata: rows that outlive their bytes help nobody; give --data a directory');
  }
  if (data === 'memory:' && workers !== undefined && workers > 1) {
    problems.push(`--workers ${workers}: memory: cannot be shared by processes; use 1`);
  }
  if ((rootUser === undefined) !== (rootPassword === undefined) && problems.length === 0) {
    problems.push('CAUSEWAY_ROOT_USER and CAUSEWAY_ROOT_PASSWORD: set both or neither');
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
}

/** Every base domain of websites. */
export const websiteDomainsOf = ({ domains, websiteDomains }: Config): readonly string[] => [
  ...websiteDomains,
  ...domains.map((domain) => `s3-website.${domain}`),
];

/** The root keys that the configuration sets, if it does. */
export function configuredKeys(config: Config): RootKeys | undefined {
  const { rootUser, rootPassword } = config;
  return rootUser === undefined || rootPassword === undefined
    ? undefined
    : { accessKeyId: rootUser, secretAccessKey: rootPassword };
}

function find(
  setting: Setting<unknown>,
  sources: ConfigSources,
  inFile: string | undefined,
): { readonly where: string; readonly text: string } | undefined {
  const flag = setting.flag === undefined ? undefined : sources.flags[setting.flag];
  if (setting.flag !== undefined && flag !== undefined) return { where: setting.flag, text: flag };
  for (const variable of setting.variables) {
    const text = sources.environment[variable];
    if (text !== undefined && text !== '') return { where: variable, text };
  }
  return inFile === undefined ? undefined : { where: sources.file?.name ?? 'file', text: inFile };
}

function fileValues(sources: ConfigSources, problems: string[]): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  if (sources.file === undefined) return values;
  const { name, content } = sources.file;
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    problems.push(`${name}: must hold one JSON object`);
    return values;
  }
  for (const [key, value] of Object.entries(content)) {
    if (!Object.hasOwn(settings, key)) {
      problems.push(`${name}: no setting is called ${JSON.stringify(key)}`);
    } else if (typeof value === 'string' || typeof value === 'number') {
      values.set(key, String(value));
    } else {
      problems.push(`${name}: ${key} must be a string or a number`);
    }
  }
  return values;
}

function parseListen(text: string): Config['listen'] {
  const match = /^(?:\[(?<v6>[0-9a-fA-F:]+)\]|(?<host>[^:[\]]*)):(?<port>\d{1,5})$/u.exec(text);
  const port = Number(match?.groups?.['port']);
  if (match?.groups === undefined || port > 65_535) {
    throw new Error('expected HOST:PORT, such as 127.0.0.1:9000, :9000 or [::1]:9000');
  }
  return { host: match.groups['v6'] ?? (match.groups['host'] || '0.0.0.0'), port };
}

function parseData(text: string): string {
  if (text === 'memory:') return text;
  if (/^[a-z][a-z0-9+.-]+:/iu.test(text)) throw new Error('expected a directory or memory:');
  return text;
}

/** The URL may hold a password: what is wrong with it is said without it. */
function parseMetadata(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (
    url === undefined ||
    !['postgres:', 'postgresql:'].includes(url.protocol) ||
    url.hostname === ''
  ) {
    throw new Error('expected postgres://USER:PASSWORD@HOST:PORT/DATABASE');
  }
  return text;
}

function parseWorkers(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1 || count > 256) throw new Error('expected 1 to 256');
  return count;
}

function parseDomain(text: string): string {
  const domain = text.trim().toLowerCase();
  return matching(domain, /^[a-z0-9]([a-z0-9.-]{0,250}[a-z0-9])?$/u, 'domain names');
}

function matching(text: string, pattern: RegExp, allowed: string): string {
  if (!pattern.test(text)) throw new Error(`expected ${allowed}`);
  return text;
}

function oneOf<T extends string>(text: string, allowed: readonly T[]): T {
  const found = allowed.find((value) => value === text);
  if (found === undefined) throw new Error(`expected ${allowed.join(', ')}`);
  return found;
}

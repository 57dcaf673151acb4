/** https://wicg.github.io/local-network-access/#ip-address-space-section */
export type AddressSpace = 'loopback' | 'local' | 'public';

/** A request from a page to an address. */
export interface LocalNetworkFacts {
  /** Where the page came from. */
  readonly page: AddressSpace;
  /** `https:` or otherwise trustworthy. */
  readonly secureContext: boolean;
  /** The host of the URL: a name or an address. */
  readonly host: string;
  /** The address that it turned out to be; the one in the URL unless told. */
  readonly address?: string | undefined;
  /** `targetAddressSpace` of `fetch()`. */
  readonly declared?: 'loopback' | 'local' | undefined;
  /** What the user said, or may still be asked. */
  readonly permission: 'granted' | 'denied' | 'prompt';
  /** The frame may use the permission (`allow="local-network"`). */
  readonly allowedByPolicy: boolean;
}

/** What Chromium makes of such a request. */
export type LocalNetworkVerdict =
  /** Nothing is asked. */
  | { readonly kind: 'no-check' }
  /** Allowed by `permission`, which the user gave or is asked for. `mixedContent`: the page is
   * `https:`, and HTTP is let through because the target is known to be near. */
  | {
      readonly kind: 'allowed' | 'prompt';
      readonly permission: 'local-network' | 'loopback-network';
      readonly mixedContentWaived: boolean;
    }
  | {
      readonly kind: 'blocked';
      readonly reason: 'insecure-context' | 'policy' | 'permission-denied' | 'space-mismatch';
    };

/**
 * Whether Chromium 142 and later lets a page reach an address that is nearer than its own.
 * https://wicg.github.io/local-network-access/#local-network-access-check
 *
 * Private Network Access is gone: whatever a server says in `Access-Control-Allow-Private-Network`
 * has no effect.
 *
 * @example
 * localNetworkAccess({ page: 'public', host: '192.168.1.10', … }) // { kind: 'prompt', … }
 * @example
 * localNetworkAccess({ page: 'local', host: '10.0.0.2', … }) // { kind: 'no-check' }
 */
export function localNetworkAccess(facts: LocalNetworkFacts): LocalNetworkVerdict {
  const known = knownSpace(facts.host);
  const target = spaceOf(facts.address ?? '') ?? known ?? 'public';
  if (facts.declared !== undefined && facts.declared !== target) {
    return { kind: 'blocked', reason: 'space-mismatch' };
  }
  if (nearness[target] <= nearness[facts.page] || target === 'public') return { kind: 'no-check' };
  if (!facts.secureContext) return { kind: 'blocked', reason: 'insecure-context' };
  if (!facts.allowedByPolicy) return { kind: 'blocked', reason: 'policy' };
  if (facts.permission === 'denied') return { kind: 'blocked', reason: 'permission-denied' };
  return {
    kind: facts.permission === 'granted' ? 'allowed' : 'prompt',
    permission: target === 'loopback' ? 'loopback-network' : 'local-network',
    mixedContentWaived: known !== undefined || facts.declared !== undefined,
  };
}

const nearness: Readonly<Record<AddressSpace, number>> = { public: 0, local: 1, loopback: 2 };

/** What a host says of its space before anything is connected. */
export function knownSpace(host: string): 'loopback' | 'local' | undefined {
  if (host === 'localhost' || host.endsWith('.localhost')) return 'loopback';
  if (host.endsWith('.local')) return 'local';
  const space = spaceOf(host);
  return space === 'public' ? undefined : space;
}

/**
 * The space of an IP address; undefined for what is none. IPv6 as URLs write it: lower case, shortest
 * form, brackets or not.
 *
 * @example
 * spaceOf('127.0.0.1') // 'loopback'
 * spaceOf('192.168.1.1') // 'local'
 * spaceOf('93.184.216.34') // 'public'
 *
 * @example
 * // Not so: a name is no address.
 * spaceOf('localhost') // undefined
 */
export function spaceOf(address: string): AddressSpace | undefined {
  const text = address.replace(/^\[|\]$/g, '');
  const mapped = /^::ffff:([\da-f]{1,4}):([\da-f]{1,4})$/.exec(text);
  if (mapped !== null) {
    const [high = 0, low = 0] = mapped.slice(1).map((group) => Number.parseInt(group, 16));
    return spaceOfIpv4([high >> 8, high & 255, low >> 8, low & 255]);
  }
  if (/^\d{1,3}(?:\.\d{1,3}){3}$/.test(text)) {
    const parts = text.split('.').map(Number);
    return parts.every((part) => part <= 255) ? spaceOfIpv4(parts) : undefined;
  }
  return text.includes(':') ? spaceOfIpv6(text) : undefined;
}

function spaceOfIpv4([a = 0, b = 0, c = 0, d = 0]: readonly number[]): AddressSpace {
  if (a === 127 || (a === 198 && (b === 18 || b === 19))) return 'loopback';
  if (a === 0) return b === 0 && c === 0 && d === 0 ? 'loopback' : 'local';
  const local =
    a === 10 ||
    (a === 172 && b >= 16 && b <= 31) ||
    (a === 192 && b === 168) ||
    (a === 100 && b >= 64 && b <= 127) ||
    (a === 169 && b === 254);
  return local ? 'local' : 'public';
}

function spaceOfIpv6(text: string): AddressSpace {
  if (text === '::1' || text === '::') return 'loopback';
  const first = Number.parseInt(text.split(':', 1)[0] ?? '', 16);
  const isLocal =
    (first & 0xfe_00) === 0xfc_00 ||
    (first & 0xff_c0) === 0xfe_80 ||
    (first & 0xff_c0) === 0xfe_c0 ||
    text.startsWith('2001:db8:') ||
    (first & 0xff_f0) === 0x3f_f0;
  return isLocal ? 'local' : 'public';
}

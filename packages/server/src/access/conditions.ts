import { BlockList, isIP } from 'node:net';
import type { Condition } from './policy-document.ts';
import { matches } from './wildcard.ts';

type Test = (value: string, wanted: string) => boolean;

/** The operators of IAM that are understood
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html). */
const tests: Readonly<Record<string, Test>> = {
  stringequals: (value, wanted) => value === wanted,
  stringequalsignorecase: (value, wanted) => value.toLowerCase() === wanted.toLowerCase(),
  stringlike: (value, wanted) => matches(wanted, value),
  arnequals: (value, wanted) => matches(wanted, value),
  arnlike: (value, wanted) => matches(wanted, value),
  bool: (value, wanted) => value.toLowerCase() === wanted.toLowerCase(),
  numericequals: (value, wanted) => Number(value) === Number(wanted),
  numericlessthan: (value, wanted) => Number(value) < Number(wanted),
  numericlessthanequals: (value, wanted) => Number(value) <= Number(wanted),
  numericgreaterthan: (value, wanted) => Number(value) > Number(wanted),
  numericgreaterthanequals: (value, wanted) => Number(value) >= Number(wanted),
  ipaddress: isWithin,
};
const opposites: Readonly<Record<string, string>> = {
  stringnotequals: 'stringequals',
  stringnotequalsignorecase: 'stringequalsignorecase',
  stringnotlike: 'stringlike',
  arnnotequals: 'arnequals',
  arnnotlike: 'arnlike',
  numericnotequals: 'numericequals',
  notipaddress: 'ipaddress',
};
/** Keys whose values this server can tell; of another nothing is known. */
const known =
  /^(?:aws:(?:sourceip|referer|useragent|securetransport|userid|username|principaltype)|s3:(?:prefix|delimiter|max-keys|versionid|x-amz-[a-z-]+|existingobjecttag\/.+|requestobjecttag\/.+|requestobjecttagkeys))$/;

/**
 * Whether a condition holds; `undefined` when it is not understood.
 *
 * @param given the values of a request by key, in lower case
 */
export function holds(
  { operator, key, values }: Condition,
  given: ReadonlyMap<string, readonly string[]>,
): boolean | undefined {
  const [, quantifier, name = '', ifExists] =
    /^(?:(forallvalues|foranyvalue):)?([a-z]+?)(ifexists)?$/.exec(operator.toLowerCase()) ?? [];
  const lower = key.toLowerCase();
  if (!known.test(lower)) return undefined;
  const found = given.get(lower);
  if (name === 'null') return values.includes('true') === (found === undefined);
  const opposite = Object.hasOwn(opposites, name) ? opposites[name] : undefined;
  const basic = opposite ?? name;
  const test = Object.hasOwn(tests, basic) ? tests[basic] : undefined;
  if (test === undefined) return undefined;
  if (found === undefined)
    return ifExists !== undefined || opposite !== undefined || quantifier === 'forallvalues';
  const fits = (value: string): boolean => values.some((wanted) => test(value, wanted));
  const all = quantifier === 'forallvalues';
  if (opposite !== undefined) return all ? found.every((value) => !fits(value)) : !found.some(fits);
  return all ? found.every(fits) : found.some(fits);
}

function isWithin(value: string, wanted: string): boolean {
  const address = value.replace(/^::ffff:/i, '');
  const family = isIP(address);
  const [network = '', bits] = wanted.split('/');
  if (family === 0 || isIP(network) !== family) return false;
  const kind = family === 6 ? 'ipv6' : 'ipv4';
  const list = new BlockList();
  try {
    list.addSubnet(network, Number(bits ?? (family === 6 ? 128 : 32)), kind);
  } catch {
    return false;
  }
  return list.check(address, kind);
}

import { Buffer } from 'node:buffer';
import { S3Error } from '../protocol/errors.ts';
import { parseTimestamp } from '../protocol/timestamp.ts';

/** What a form is allowed, as its policy says it. */
export interface FormPolicy {
  readonly expiresMs: number;
  readonly conditions: readonly FormCondition[];
  /** Bytes of the file. */
  readonly size: { readonly min: number; readonly max: number };
}

type FormCondition = {
  readonly operator: 'eq' | 'starts-with';
  /** In lower case. */
  readonly field: string;
  readonly value: string;
};

/**
 * Reads the policy of a form: base64 of JSON
 * (https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html).
 *
 * Throws InvalidPolicyDocument for what is none.
 */
export function parseFormPolicy(base64: string): FormPolicy {
  let document: unknown;
  try {
    document = JSON.parse(Buffer.from(base64, 'base64').toString('utf8'));
  } catch {
    throw invalid('Invalid Policy: Invalid JSON.');
  }
  if (typeof document !== 'object' || document === null)
    throw invalid('Invalid Policy: Invalid JSON.');
  const expiration: unknown = Reflect.get(document, 'expiration');
  const list: unknown = Reflect.get(document, 'conditions');
  if (typeof expiration !== 'string') throw invalid('Invalid Policy: Policy missing expiration.');
  const expires = /^\d{4}-\d\d-\d\dT/.test(expiration) ? parseTimestamp(expiration) : undefined;
  if (expires === undefined)
    throw invalid(`Invalid Policy: Invalid 'expiration' value: '${expiration}'`);
  if (!Array.isArray(list)) throw invalid('Invalid Policy: Policy missing conditions.');
  const conditions: FormCondition[] = [];
  let size = { min: 0, max: Number.MAX_SAFE_INTEGER };
  for (const entry of list) {
    if (Array.isArray(entry) && String(entry[0]).toLowerCase() === 'content-length-range') {
      size = rangeOf(entry);
    } else {
      conditions.push(...conditionsOf(entry));
    }
  }
  if (list.length === 0) throw invalid('Invalid Policy: Policy missing conditions.');
  return { expiresMs: expires.getTime(), conditions, size };
}

function conditionsOf(entry: unknown): readonly FormCondition[] {
  if (Array.isArray(entry)) {
    const [operator, field, value] = entry;
    const known = typeof operator === 'string' ? operator.toLowerCase() : '';
    if (known !== 'eq' && known !== 'starts-with')
      throw invalid('Invalid Policy: Invalid Simple-Condition.');
    if (typeof field !== 'string' || !field.startsWith('$') || typeof value !== 'string') {
      throw invalid('Invalid Policy: Invalid Simple-Condition.');
    }
    return [{ operator: known, field: field.slice(1).toLowerCase(), value }];
  }
  if (typeof entry !== 'object' || entry === null)
    throw invalid('Invalid Policy: Invalid Simple-Condition.');
  const entries = Object.entries(entry);
  if (entries.length === 0) throw invalid('Invalid Policy: Invalid Simple-Condition.');
  return entries.map(([field, value]) => {
    if (typeof value !== 'string') throw invalid('Invalid Policy: Invalid Simple-Condition.');
    return { operator: 'eq', field: field.toLowerCase(), value };
  });
}

function rangeOf(entry: readonly unknown[]): { min: number; max: number } {
  const [min, max] = entry.slice(1).map((text) => (text === '' ? Number.NaN : Number(text)));
  if (entry.length !== 3 || min === undefined || max === undefined || !(min >= 0) || !(max >= 0)) {
    throw invalid('Invalid Policy: Invalid content-length-range.');
  }
  return { min, max };
}

/** A dollar sign may be written `\$`, in the policy or in both. */
function meets(given: string, operator: FormCondition['operator'], value: string): boolean {
  return [value, value.replaceAll('\\$', '$')].some((wanted) =>
    operator === 'eq' ? given === wanted : given.startsWith(wanted),
  );
}

const invalid = (message: string): S3Error => new S3Error('InvalidPolicyDocument', { message });

/** What needs no condition: the signature itself, the file and its checksum, and what the form's author
 * marked. */
const free =
  /^(?:x-amz-signature|awsaccesskeyid|signature|policy|file|x-ignore-.*|x-amz-checksum-.*)$/;

/**
 * Holds a form to its policy: every condition must be met, and every field have one. Throws
 * AccessDenied.
 *
 * @param fields by lower-case name, with the file's name put in
 */
export function checkFormPolicy(
  policy: FormPolicy,
  fields: ReadonlyMap<string, string>,
  { bucket, nowMs }: { bucket: string; nowMs: number },
): void {
  if (nowMs > policy.expiresMs) throw denied('Policy expired.');
  const covered = new Set<string>();
  for (const { operator, field, value } of policy.conditions) {
    covered.add(field);
    const given = field === 'bucket' ? bucket : fields.get(field);
    if (given !== undefined && meets(given, operator, value)) continue;
    throw denied(`Policy Condition failed: ["${operator}", "$${field}", "${value}"]`);
  }
  for (const field of fields.keys()) {
    if (covered.has(field) || free.test(field) || field === 'bucket') continue;
    throw denied(`Extra input fields: ${field}`);
  }
  if (!covered.has('bucket')) throw denied('Extra input fields: bucket');
}

const denied = (why: string): S3Error =>
  new S3Error('AccessDenied', { message: `Invalid according to Policy: ${why}` });

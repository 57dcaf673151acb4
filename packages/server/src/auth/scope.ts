/** What a signing key is good for: the middle of a credential, `20130524/us-east-1/s3/aws4_request`. */
export interface Scope {
  /** `20130524`. */
  readonly date: string;
  readonly region: string;
  readonly service: string;
}

/** The `Credential` of a signature. */
export interface ScopedCredential {
  readonly accessKeyId: string;
  readonly scope: Scope;
  /** `aws4_request` when it is a credential of Signature Version 4. */
  readonly terminal: string;
}

export const terminal = 'aws4_request';

// Both end up in error documents, cache keys and database look-ups: printable, and short.
// IAM: an access key id has at most 128 characters.
const accessKeyIdForm = /^[\x21-\x7e]{1,128}$/;
const partForm = /^[A-Za-z0-9_-]{0,64}$/;

/**
 * Takes a credential apart from its end, because other servers allow a slash in an access key id.
 *
 * @returns undefined when it has not the form `id/date/region/service/terminal`
 */
export function parseCredential(text: string): ScopedCredential | undefined {
  const parts = text.split('/');
  const [last = '', service = '', region = '', date = ''] = parts.slice(-4).toReversed();
  const accessKeyId = parts.slice(0, -4).join('/');
  const wellFormed =
    accessKeyIdForm.test(accessKeyId) &&
    [last, service, region, date].every((part) => partForm.test(part));
  return wellFormed ? { accessKeyId, scope: { date, region, service }, terminal: last } : undefined;
}

/** `20130524/us-east-1/s3/aws4_request` */
export function formatScope({ date, region, service }: Scope): string {
  return `${date}/${region}/${service}/${terminal}`;
}

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

// All of it ends up in error documents, cache keys and database look-ups: printable, and short.
// IAM: an access key id has at most 128 characters. Other servers allow a slash in it.
const credentialForm =
  /^([\x21-\x7e]{1,128})\/([\w-]{0,64})\/([\w-]{0,64})\/([\w-]{0,64})\/([\w-]{0,64})$/;

/**
 * Takes a credential apart: `id/date/region/service/terminal`.
 *
 * @returns undefined when it has not that form
 */
export function parseCredential(text: string): ScopedCredential | undefined {
  const match = credentialForm.exec(text);
  if (match === null) {
    return undefined;
  }
  const [, accessKeyId = '', date = '', region = '', service = '', last = ''] = match;
  return { accessKeyId, scope: { date, region, service }, terminal: last };
}

/** `20130524/us-east-1/s3/aws4_request` */
export function formatScope({ date, region, service }: Scope): string {
  return `${date}/${region}/${service}/${terminal}`;
}

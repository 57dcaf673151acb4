import type { HttpRequest } from '../http/request.ts';
import type { Query } from '../protocol/query.ts';

/**
 * The values of a request that conditions of policies ask about, by key in lower case
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html).
 */
export function conditionsOf(
  request: HttpRequest,
  query: Query,
): ReadonlyMap<string, readonly string[]> {
  const conditions = new Map<string, readonly string[]>();
  const set = (key: string, value: string | undefined): void => {
    if (value !== undefined) conditions.set(key, [value]);
  };
  set('aws:sourceip', request.remoteAddress);
  set('aws:referer', request.headers['referer']);
  set('aws:useragent', request.headers['user-agent']);
  set('aws:securetransport', 'false');
  set('s3:prefix', query.values.get('prefix'));
  set('s3:delimiter', query.values.get('delimiter'));
  set('s3:max-keys', query.values.get('max-keys'));
  set('s3:versionid', query.values.get('versionId'));
  for (const [name, value] of Object.entries(request.headers)) {
    if (name.startsWith('x-amz-')) set(`s3:${name}`, value);
  }
  for (const [key, value] of tagsIn(request.headers['x-amz-tagging'])) {
    set(`s3:requestobjecttag/${key.toLowerCase()}`, value);
  }
  return conditions;
}

function tagsIn(header: string | undefined): URLSearchParams | readonly [] {
  return header === undefined ? [] : new URLSearchParams(header);
}

import type { WebsiteConfiguration } from '@aws-sdk/client-s3';
import type { Reply } from '../http/reply.ts';
import { S3Error } from '../protocol/errors.ts';
import type { Bucket } from '../store/bucket.ts';
import { noSuchBucket } from '../store/current.ts';
import { toS3Error } from '../to-s3-error.ts';
import { pathOf, redirect, redirectAll, redirectByRule } from './redirect.ts';

/** A visit of a bucket's website. */
export interface Visit {
  readonly method: string;
  /** The `Host` header. */
  readonly host: string;
  /** The name of the bucket, also when there is none. */
  readonly name: string;
  readonly bucket: Bucket | undefined;
  /** As it was asked for; empty for the root. */
  readonly key: string;
  /** Reads an object as anybody may who has not signed. `anyway`: without the conditions and the
   * range of the request, which are meant for another object. */
  readonly read: (key: string, how: 'asked' | 'anyway', method: string) => Promise<Reply>;
  /** The page of an error. */
  readonly page: (error: S3Error, document?: S3Error) => Reply;
}

/** What is answered, and what went wrong meanwhile, for the log. */
export interface Visited {
  readonly reply: Reply;
  readonly error?: S3Error;
}

/**
 * Serves a bucket as a website: index documents, redirects, and the bucket's own page for errors
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/WebsiteHosting.html).
 *
 * Throws S3Error: MethodNotAllowed, NoSuchBucket, NoSuchWebsiteConfiguration.
 */
export async function answerSite(visit: Visit): Promise<Visited> {
  const website = websiteOf(visit);
  const { key, host, read, method } = visit;
  if (website.RedirectAllRequestsTo !== undefined) {
    return { reply: redirectAll(website.RedirectAllRequestsTo, key) };
  }
  const rules = website.RoutingRules;
  const byPrefix = redirectByRule(rules, key, { host });
  if (byPrefix !== undefined) return { reply: byPrefix };
  const suffix = website.IndexDocument?.Suffix ?? '';
  const isFolder = key === '' || key.endsWith('/');
  try {
    return { reply: await follow(await read(isFolder ? key + suffix : key, 'asked', method)) };
  } catch (failure) {
    const error = toS3Error(failure);
    const isHidden = error.status === 404 || error.status === 403;
    if (isHidden && !isFolder && (await isThere(visit, `${key}/${suffix}`))) {
      return { reply: redirect(302, `${pathOf(key)}/`) };
    }
    const byError = redirectByRule(rules, key, { host, status: error.status });
    if (byError !== undefined) return { reply: byError, error };
    return { reply: await errorReply(visit, website, error), error };
  }
}

function websiteOf({ method, name, bucket }: Visit): WebsiteConfiguration {
  if (method !== 'GET' && method !== 'HEAD') {
    throw new S3Error('MethodNotAllowed', { fields: { Method: method, ResourceType: 'OBJECT' } });
  }
  if (bucket === undefined) throw noSuchBucket({ name });
  if (bucket.website === undefined) {
    throw new S3Error('NoSuchWebsiteConfiguration', { fields: { BucketName: name } });
  }
  return bucket.website;
}

async function isThere({ read }: Visit, key: string): Promise<boolean> {
  try {
    await read(key, 'anyway', 'HEAD');
    return true;
  } catch {
    return false;
  }
}

/** The website's own page for errors, with the status of this one, or else a page that says all. */
async function errorReply(
  { method, page, read }: Visit,
  { ErrorDocument }: WebsiteConfiguration,
  error: S3Error,
): Promise<Reply> {
  const document = ErrorDocument?.Key;
  if (document === undefined || error.status < 400 || error.status > 499) return page(error);
  try {
    const reply = await follow(await read(document, 'anyway', method));
    return reply.status === 200 ? { ...reply, status: error.status } : reply;
  } catch (failure) {
    return page(error, toS3Error(failure));
  }
}

/** An object may send its readers elsewhere. */
async function follow(reply: Reply): Promise<Reply> {
  const location = reply.headers['x-amz-website-redirect-location'];
  if (typeof location !== 'string') return reply;
  const { body } = reply;
  // A stream must be iterated, or its iterator returned.
  if (body !== undefined && typeof body !== 'string' && !(body instanceof Uint8Array)) {
    await body[Symbol.asyncIterator]().return?.();
  }
  return redirect(301, location);
}

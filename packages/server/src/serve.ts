import { authorize } from './access/authorize.ts';
import { conditionsOf } from './access/request-conditions.ts';
import { authenticate } from './auth/authenticate.ts';
import type { Accounts } from './auth/accounts.ts';
import { openBody } from './auth/open-body.ts';
import { postObject } from './form/post-object.ts';
import { isForm } from './form/read-form.ts';
import type { Identity } from './auth/identity.ts';
import { answerPreflight, corsOutcome, judgeOrigin, type CorsDecision } from './cors/judge.ts';
import type { Reply, ReplyHeaders } from './http/reply.ts';
import type { HttpRequest } from './http/request.ts';
import type { Probe } from './observe/probes.ts';
import type { Router } from './operations/router.ts';
import { errorReply, type ErrorContext } from './protocol/error-document.ts';
import { S3Error } from './protocol/errors.ts';
import { isSiteHost, parseTarget, type Target } from './protocol/target.ts';
import type { Bucket } from './store/bucket.ts';
import type { Store } from './store/store.ts';
import { toS3Error } from './to-s3-error.ts';
import { answerSite } from './website/answer-site.ts';
import { errorPage } from './website/error-page.ts';
import { readerOf } from './website/reader.ts';

/** What the pipeline works with. */
export interface Services {
  readonly store: Store;
  readonly accounts: Accounts;
  readonly router: Router;
  readonly probe: (request: HttpRequest) => Probe | undefined;
  readonly region: string;
  /** Signature Version 2 is served, too. */
  readonly sigv2: boolean;
  /** Base domains of virtual-host style, lower case. */
  readonly domains: readonly string[];
  /** Base domains of websites, lower case. */
  readonly websiteDomains: readonly string[];
  readonly corsVary: 'safe' | 'aws';
  /** Answered as `x-amz-id-2`: which process it was. */
  readonly hostId: string;
  readonly now: () => number;
}

/** What is known of a request when it is over, for its log line and its metrics. */
export interface RequestRecord {
  operation: string;
  bucket: string | undefined;
  key: string | undefined;
  accessKeyId: string | undefined;
  /** Why the cross-origin decision was what it was; absent for requests without `Origin`. */
  cors: string | undefined;
  /** The error code answered, and what lies behind it. */
  error: S3Error | undefined;
}

export interface Served extends Reply {
  readonly record: RequestRecord;
}

/**
 * The way of every request, in one direction, each step once. Cross-origin permission is decided
 * once, as soon as the bucket is known, and goes on every answer, failures included: a browser
 * hides from its page what comes without it.
 *
 * @returns a function that never throws
 */
export function createServe(services: Services): (request: HttpRequest) => Promise<Served> {
  return async (request) => {
    // All fields from the start: objects of one shape are cheap.
    const record: RequestRecord = {
      operation: 'Unknown',
      bucket: undefined,
      key: undefined,
      accessKeyId: undefined,
      cors: undefined,
      error: undefined,
    };
    let cors: CorsDecision | undefined;
    let reply: Reply;
    let isSite = false;
    try {
      const host = request.headers['host'];
      isSite = isSiteHost(host, services.websiteDomains);
      const probe = isSite ? undefined : services.probe(request);
      if (probe !== undefined) {
        record.operation = probe.name;
        return { ...(await probe.run()), record };
      }
      const target = isSite
        ? parseTarget(request.path, host, services.websiteDomains)
        : parseTarget(request.path, host, services.domains);
      note(target, record);
      const bucket =
        target.kind === 'service' ? undefined : await services.store.buckets.find(target.bucket);
      cors = judgeOrigin(request, bucket, { addresses: target.kind, vary: services.corsVary });
      record.cors = corsOutcome(cors);
      if (cors.kind === 'preflight') {
        record.operation = 'Preflight';
        reply = answerPreflight(cors);
      } else if (isSite && target.kind !== 'service') {
        reply = await visit(services, request, { target, bucket, record });
      } else {
        reply = await answer(services, request, { target, bucket, record });
      }
    } catch (failure) {
      const error = toS3Error(failure);
      record.error = error;
      const context = contextOf(request, services.hostId);
      reply = isSite ? errorPage(error, context) : errorReply(error, context);
    }
    stamp(reply.headers, request.id, services.hostId);
    if (cors !== undefined) Object.assign(reply.headers, cors.headers);
    const { status, headers, body } = reply;
    return { status, headers, body, record };
  };
}

const contextOf = (request: HttpRequest, hostId: string): ErrorContext => ({
  requestId: request.id,
  hostId,
  resource: request.path,
  head: request.method === 'HEAD',
});

function note(target: Target, record: RequestRecord): void {
  if (target.kind !== 'service') record.bucket = target.bucket;
  if (target.kind === 'object') record.key = target.key;
}

/** Everything after the preflight: who is it, may they, what do they ask, do it, say it. */
async function answer(
  services: Services,
  request: HttpRequest,
  {
    target,
    bucket,
    record,
  }: {
    readonly target: Target;
    readonly bucket: Bucket | undefined;
    readonly record: RequestRecord;
  },
): Promise<Reply> {
  if (bucket !== undefined && target.kind === 'bucket' && isForm(request)) {
    record.operation = 'PostObject';
    const { store, accounts, now, region, sigv2 } = services;
    const note = (identity: Identity, key: string): void => {
      record.key = key;
      if (identity.kind === 'account') record.accessKeyId = identity.accessKeyId;
    };
    return postObject({ request, bucket, store, accounts, now, region, sigv2, note });
  }
  const route = services.router.match(request, target);
  record.operation = route.name;

  const { accounts, now } = services;
  const authentication = await authenticate(request, {
    credentials: accounts,
    now,
    sigv2: services.sigv2 ? { hostBucket: hostBucketOf(services, request, target) } : undefined,
  });
  const { identity } = authentication;
  if (identity.kind === 'account') record.accessKeyId = identity.accessKeyId;

  // Whoever creates a bucket asks nothing of the one that may have its name already.
  const key = target.kind === 'object' ? target.key : '';
  const conditions = () => conditionsOf(request, route.query);
  const { action, versionId } = route;
  const asked = { identity, bucket: route.needsBucket ? bucket : undefined, key, versionId };
  // A bucket that is not there has nothing to hide.
  if (bucket === undefined && target.kind !== 'service' && route.needsBucket) {
    throw new S3Error('NoSuchBucket', { fields: { BucketName: target.bucket } });
  }
  const access =
    action === undefined || (await authorize(services.store, { ...asked, action, conditions }));
  if (access !== true && !access.allowed) {
    throw new S3Error('AccessDenied', { cause: access.reason });
  }

  return route.run({
    // Only operations that declare `bucket: 'absent'` get here without one, and do not read it.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    bucket: bucket as Bucket,
    key,
    identity,
    accounts,
    conditions,
    request,
    body: openBody(request, authentication),
    store: services.store,
    now,
    region: services.region,
  });
}

/** The bucket, where the host and not the path names it. */
const hostBucketOf = (
  { domains }: Services,
  { headers }: HttpRequest,
  target: Target,
): string | undefined =>
  target.kind !== 'service' && isSiteHost(headers['host'], domains) ? target.bucket : undefined;

/** A visit of a website is any number of reads by nobody in particular, each with its own decision. */
async function visit(
  services: Services,
  request: HttpRequest,
  {
    target,
    bucket,
    record,
  }: {
    readonly target: Exclude<Target, { readonly kind: 'service' }>;
    readonly bucket: Bucket | undefined;
    readonly record: RequestRecord;
  },
): Promise<Reply> {
  const name = target.bucket;
  try {
    const { reply, error } = await answerSite({
      method: request.method,
      host: request.headers['host'] ?? '',
      name,
      bucket,
      key: target.kind === 'object' ? target.key : '',
      read: (key, how, method) =>
        answer(services, readerOf(request, method, how), {
          target: { kind: 'object', bucket: name, key },
          bucket,
          record,
        }),
      page: (failure, document) =>
        errorPage(failure, contextOf(request, services.hostId), document),
    });
    record.error = error;
    return reply;
  } finally {
    record.operation = 'Website';
  }
}

function stamp(headers: ReplyHeaders, requestId: string, hostId: string): void {
  headers['Server'] = 'Causeway';
  headers['x-amz-request-id'] = requestId;
  headers['x-amz-id-2'] = hostId;
}

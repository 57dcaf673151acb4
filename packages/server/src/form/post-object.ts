import { authorize } from '../access/authorize.ts';
import { conditionsOf } from '../access/request-conditions.ts';
import type { Accounts } from '../auth/accounts.ts';
import type { Identity } from '../auth/identity.ts';
import type { Reply } from '../http/reply.ts';
import type { ByteStream, HttpRequest } from '../http/request.ts';
import { limits } from '../limits.ts';
import { putObject } from '../operations/put-object.ts';
import { S3Error } from '../protocol/errors.ts';
import { compileInput } from '../protocol/input.ts';
import { parseQuery } from '../protocol/query.ts';
import { escapeXml, xmlDeclaration } from '../protocol/xml-writer.ts';
import type { Bucket } from '../store/bucket.ts';
import type { Store } from '../store/store.ts';
import { authenticateForm } from './authenticate-form.ts';
import { checkFormPolicy, parseFormPolicy } from './form-policy.ts';
import { readForm, type Form } from './read-form.ts';

export interface PostContext {
  readonly request: HttpRequest;
  readonly bucket: Bucket;
  readonly store: Store;
  readonly accounts: Accounts;
  readonly now: () => number;
  readonly region: string;
  readonly sigv2: boolean;
  /** Told as soon as it is known who sends, and what. */
  readonly note: (identity: Identity, key: string) => void;
}

const putInput = compileInput('PutObject');
const tagsInput = compileInput('PutObjectTagging');
const noQuery = parseQuery('');

/**
 * Puts the file of a form into a bucket: PostObject, which AWS documents and does not model
 * (https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html). The fields stand for headers
 * of PutObject, which does the rest.
 *
 * Throws S3Error: what reading and authenticating a form throws, AccessDenied, EntityTooLarge,
 * EntityTooSmall, and what PutObject throws.
 */
export async function postObject(context: PostContext): Promise<Reply> {
  const { request, bucket, store, accounts, now, region } = context;
  const form = await readForm(request);
  try {
    const identity = await authenticateForm(form.fields, {
      credentials: accounts,
      sigv2: context.sigv2,
    });
    const key = keyOf(form);
    context.note(identity, key);
    const fields = new Map(form.fields).set('key', key);
    const policyText = form.fields.get('policy');
    const policy = policyText === undefined ? undefined : parseFormPolicy(policyText);
    if (policy !== undefined)
      checkFormPolicy(policy, fields, { bucket: bucket.name, nowMs: now() });
    const headers = headersOf(fields);
    const asForm: HttpRequest = {
      ...request,
      headers,
      body: form.file,
      get signal() {
        return request.signal;
      },
    };
    const conditions = () => conditionsOf(asForm, noQuery);
    const access = await authorize(store, {
      identity,
      action: 's3:PutObject',
      bucket,
      key,
      conditions,
    });
    if (!access.allowed) throw new S3Error('AccessDenied', { cause: access.reason });
    const size = policy?.size ?? { min: 0, max: limits.putBytesMax };
    const output = await putObject.run({
      input: putInput.read({ bucket: bucket.name, key, query: noQuery, headers }),
      bucket,
      key,
      identity,
      accounts,
      conditions,
      request: asForm,
      body: {
        stream: measured(form.file, size),
        sizeBytes: undefined,
        endsItself: true,
        trailers: () => ({}),
      },
      store,
      now,
      region,
    });
    // Two readers of one body would wait for each other.
    await form.ended;
    return replyOf(context, fields, output.ETag ?? '', output.VersionId);
  } catch (error) {
    // What is not stored is read to its end, so that the answer arrives.
    await drain(form);
    throw error;
  }
}

/** `${filename}` stands for the name of the file, without the folders that some browsers tell. */
function keyOf({ fields, fileName }: Form): string {
  const key = fields.get('key');
  if (key === undefined || key === '') {
    throw new S3Error('InvalidArgument', {
      message:
        "Bucket POST must contain a field named 'key'.  If it is specified, please check the order of the fields.",
      fields: { ArgumentName: 'key', ArgumentValue: '' },
    });
  }
  const name = fileName.slice(Math.max(fileName.lastIndexOf('/'), fileName.lastIndexOf('\\')) + 1);
  const full = key.replaceAll('${filename}', () => name);
  const size = Buffer.byteLength(full, 'utf8');
  if (size <= limits.keyBytesMax) return full;
  throw new S3Error('KeyTooLongError', {
    fields: { Size: size, MaxSizeAllowed: limits.keyBytesMax },
  });
}

const asHeaders =
  /^(?:cache-control|content-(?:type|disposition|encoding|language)|expires|x-amz-.*)$/;
const ofTheForm = /^x-amz-(?:algorithm|credential|date|signature|security-token)$/;

/** The fields that PutObject has as headers; `acl` and `tagging` are called otherwise there. */
function headersOf(fields: ReadonlyMap<string, string>): HttpRequest['headers'] {
  const headers: Record<string, string> = {};
  for (const [name, value] of fields) {
    if (!asHeaders.test(name) || ofTheForm.test(name)) continue;
    // Headers are latin1, each character one byte.
    headers[name] = Buffer.from(value, 'utf8').toString('latin1');
  }
  const acl = fields.get('acl');
  if (acl !== undefined) headers['x-amz-acl'] = acl;
  const tagging = fields.get('tagging');
  if (tagging !== undefined) headers['x-amz-tagging'] = tagsQuery(tagging);
  return headers;
}

function tagsQuery(xml: string): string {
  const { Tagging } = tagsInput.read({
    query: noQuery,
    headers: {},
    xml: Buffer.from(xml, 'utf8'),
    bucket: '',
    key: '',
  });
  return (Tagging?.TagSet ?? [])
    .map(({ Key = '', Value = '' }) => `${encodeURIComponent(Key)}=${encodeURIComponent(Value)}`)
    .join('&');
}

/** The file, as long as it is within its range. Throws EntityTooLarge, EntityTooSmall. */
async function* measured(file: ByteStream, { min, max }: { min: number; max: number }): ByteStream {
  const most = Math.min(max, limits.putBytesMax);
  let sizeBytes = 0;
  for await (const chunk of file) {
    sizeBytes += chunk.length;
    if (sizeBytes > most) {
      throw new S3Error('EntityTooLarge', {
        fields: { ProposedSize: sizeBytes, MaxSizeAllowed: most },
      });
    }
    yield chunk;
  }
  if (sizeBytes < min) {
    throw new S3Error('EntityTooSmall', {
      fields: { ProposedSize: sizeBytes, MinSizeAllowed: min },
    });
  }
}

async function drain({ file, ended }: Form): Promise<void> {
  let left = limits.drainBytesMax;
  try {
    for await (const chunk of file) {
      left -= chunk.length;
      if (left < 0) return;
    }
    await ended;
  } catch {
    // It was broken already, which is what the answer says.
  }
}

function replyOf(
  { bucket, request }: PostContext,
  fields: ReadonlyMap<string, string>,
  etag: string,
  versionId: string | undefined,
): Reply {
  const key = fields.get('key') ?? '';
  const host = request.headers['host'] ?? '';
  const path = request.path === '/' ? '' : request.path.replace(/\/$/, '');
  const location = `http://${host}${path}/${encodeURIComponent(key)}`;
  const headers: Record<string, string> = { ETag: etag, Location: location };
  if (versionId !== undefined) headers['x-amz-version-id'] = versionId;
  const redirect = redirectOf(fields, { bucket: bucket.name, key, etag });
  if (redirect !== undefined) return { status: 303, headers: { ...headers, Location: redirect } };
  const status = fields.get('success_action_status');
  if (status === '200') return { status: 200, headers };
  if (status !== '201') return { status: 204, headers };
  const body = `${xmlDeclaration}<PostResponse>${element('Location', location)}${element('Bucket', bucket.name)}${element('Key', key)}${element('ETag', etag)}</PostResponse>`;
  return { status: 201, headers: { ...headers, 'Content-Type': 'application/xml' }, body };
}

const element = (name: string, value: string): string => `<${name}>${escapeXml(value)}</${name}>`;

/** Where the browser goes next. What is no URL is passed over, as AWS does. */
function redirectOf(
  fields: ReadonlyMap<string, string>,
  { bucket, key, etag }: { bucket: string; key: string; etag: string },
): string | undefined {
  const text = fields.get('success_action_redirect') ?? fields.get('redirect');
  if (text === undefined || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined;
  const query = [
    `bucket=${encodeURIComponent(bucket)}`,
    `key=${encodeURIComponent(key)}`,
    `etag=${encodeURIComponent(etag)}`,
  ];
  return `${url.href}${url.search === '' ? '?' : '&'}${query.join('&')}`;
}

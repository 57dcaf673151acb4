import { createHmac } from 'node:crypto';
import type { Credential, Credentials, Identity } from '../auth/identity.ts';
import { parseCredential } from '../auth/scope.ts';
import { signingKey } from '../auth/signing-key.ts';
import { sameSignature, sign } from '../auth/sigv4.ts';
import { S3Error } from '../protocol/errors.ts';

/**
 * Who sent a form: whoever signed its policy, or nobody in particular when it has none
 * (https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-authentication-HTTPPOST.html).
 *
 * Throws S3Error: InvalidArgument for fields that are missing, InvalidAccessKeyId,
 * SignatureDoesNotMatch, InvalidRequest for Signature Version 2 where that is not served.
 */
export async function authenticateForm(
  fields: ReadonlyMap<string, string>,
  { credentials, sigv2 }: { readonly credentials: Credentials; readonly sigv2: boolean },
): Promise<Identity> {
  const policy = fields.get('policy');
  const isV4 = fields.has('x-amz-algorithm') || fields.has('x-amz-signature');
  if (policy === undefined) {
    if (!isV4 && !fields.has('awsaccesskeyid') && !fields.has('signature'))
      return { kind: 'anonymous' };
    throw missing('policy');
  }
  if (isV4) return identityOf(await credentialOfV4(policy, fields, credentials));
  if (!sigv2) {
    throw new S3Error('InvalidRequest', {
      message:
        'The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.',
    });
  }
  return identityOf(await credentialOfV2(policy, fields, credentials));
}

const identityOf = ({ account, accessKeyId }: Credential): Identity => ({
  kind: 'account',
  account,
  accessKeyId,
});

async function credentialOfV4(
  policy: string,
  fields: ReadonlyMap<string, string>,
  credentials: Credentials,
): Promise<Credential> {
  for (const name of ['x-amz-algorithm', 'x-amz-credential', 'x-amz-signature', 'x-amz-date']) {
    if (!fields.has(name)) throw missing(name);
  }
  if (fields.get('x-amz-algorithm') !== 'AWS4-HMAC-SHA256') {
    throw new S3Error('InvalidRequest', { message: 'Invalid algorithm' });
  }
  const scoped = parseCredential(fields.get('x-amz-credential') ?? '');
  if (scoped === undefined || scoped.terminal !== 'aws4_request' || scoped.scope.service !== 's3') {
    throw new S3Error('InvalidArgument', {
      message: 'Invalid credential',
      fields: { ArgumentName: 'x-amz-credential' },
    });
  }
  if (fields.get('x-amz-security-token')) throw new S3Error('InvalidToken');
  const credential = await known(scoped.accessKeyId, credentials);
  const key = signingKey(credential.secretAccessKey, scoped.scope);
  const signature = fields.get('x-amz-signature') ?? '';
  if (!sameSignature(sign(key, policy), signature)) throw mismatch(credential, policy, signature);
  return credential;
}

async function credentialOfV2(
  policy: string,
  fields: ReadonlyMap<string, string>,
  credentials: Credentials,
): Promise<Credential> {
  for (const name of ['AWSAccessKeyId', 'signature']) {
    if (!fields.has(name.toLowerCase())) throw missing(name);
  }
  const credential = await known(fields.get('awsaccesskeyid') ?? '', credentials);
  const signature = fields.get('signature') ?? '';
  const right = createHmac('sha1', credential.secretAccessKey).update(policy).digest('base64');
  if (!sameSignature(right, signature)) throw mismatch(credential, policy, signature);
  return credential;
}

async function known(accessKeyId: string, credentials: Credentials): Promise<Credential> {
  const credential = await credentials.find(accessKeyId);
  if (credential !== undefined) return credential;
  throw new S3Error('InvalidAccessKeyId', { fields: { AWSAccessKeyId: accessKeyId } });
}

const mismatch = ({ accessKeyId }: Credential, text: string, signature: string): S3Error =>
  new S3Error('SignatureDoesNotMatch', {
    fields: { AWSAccessKeyId: accessKeyId, StringToSign: text, SignatureProvided: signature },
  });

const missing = (name: string): S3Error =>
  new S3Error('InvalidArgument', {
    message: `Bucket POST must contain a field named '${name}'.  If it is specified, please check the order of the fields.`,
    fields: { ArgumentName: name, ArgumentValue: '' },
  });

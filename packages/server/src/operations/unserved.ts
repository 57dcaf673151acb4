import { S3Error } from '../protocol/errors.ts';

/**
 * What a client asks for to protect or to describe its data, and this server does not do yet. It is
 * refused by name: taking the object and forgetting the wish would be worse. The members are named
 * as in AWS's input types, the headers as on the wire.
 */
const unserved: readonly (readonly [member: string, header: string])[] = [
  ['ServerSideEncryption', 'x-amz-server-side-encryption'],
  ['SSEKMSKeyId', 'x-amz-server-side-encryption-aws-kms-key-id'],
  ['SSEKMSEncryptionContext', 'x-amz-server-side-encryption-context'],
  ['SSECustomerAlgorithm', 'x-amz-server-side-encryption-customer-algorithm'],
  ['SSECustomerKey', 'x-amz-server-side-encryption-customer-key'],
  ['SSECustomerKeyMD5', 'x-amz-server-side-encryption-customer-key-MD5'],
  ['ObjectLockMode', 'x-amz-object-lock-mode'],
  ['ObjectLockRetainUntilDate', 'x-amz-object-lock-retain-until-date'],
  ['ObjectLockLegalHoldStatus', 'x-amz-object-lock-legal-hold'],
  ['ObjectLockEventHold', 'x-amz-object-lock-event-hold'],
  ['ObjectLockEventHoldDurationDays', 'x-amz-object-lock-event-hold-duration-days'],
  ['ObjectLockEventHoldDurationYears', 'x-amz-object-lock-event-hold-duration-years'],
  ['IfMatchLastModifiedTime', 'x-amz-if-match-last-modified-time'],
  ['IfMatchSize', 'x-amz-if-match-size'],
  ['ChecksumSHA512', 'x-amz-checksum-sha512'],
  ['ChecksumMD5', 'x-amz-checksum-md5'],
  ['ChecksumXXHASH64', 'x-amz-checksum-xxhash64'],
  ['ChecksumXXHASH3', 'x-amz-checksum-xxhash3'],
  ['ChecksumXXHASH128', 'x-amz-checksum-xxhash128'],
];

const headers = new Map(unserved);

/** Throws NotImplemented, naming the header. `input` is that of any operation. */
export function refuseUnserved(input: object): void {
  for (const member in input) {
    const value: unknown = Reflect.get(input, member);
    if (value === undefined) continue;
    const header = headers.get(member);
    if (header !== undefined) throw notImplemented(header);
  }
}

export const notImplemented = (header: string, additionalMessage?: string): S3Error =>
  new S3Error('NotImplemented', {
    fields: { Header: header, ...(additionalMessage && { additionalMessage }) },
  });

// Runs in the page: esbuild bundles it with the browser build of the AWS SDK.
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';

export interface UploadRequest {
  readonly endpoint: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly bucket: string;
  readonly key: string;
  readonly sizeBytes: number;
}

export interface UploadResult {
  readonly etag: string;
  /** Bytes sent, as the progress events told. */
  readonly progress: readonly number[];
  /** SHA-256 of what was sent and of what was read back, in hexadecimal. */
  readonly sent: string;
  readonly readBack: string;
}

declare global {
  var uploadFromPage: (request: UploadRequest) => Promise<UploadResult>;
}

globalThis.uploadFromPage = async ({ endpoint, credentials, bucket, key, sizeBytes }) => {
  const client = new S3Client({ endpoint, credentials, region: 'us-east-1', forcePathStyle: true });
  const bytes = new Uint8Array(sizeBytes);
  for (let at = 0; at < sizeBytes; at += 1) {
    bytes[at] = (at * 31 + (at >>> 8)) & 255;
  }
  const progress: number[] = [];
  const upload = new Upload({
    client,
    params: { Bucket: bucket, Key: key, Body: new Blob([bytes]) },
    partSize: 5 * 1024 * 1024,
    queueSize: 4,
  });
  upload.on('httpUploadProgress', ({ loaded = 0 }) => progress.push(loaded));
  const { ETag = '' } = await upload.done();
  const got = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  const readBack = (await got.Body?.transformToByteArray()) ?? new Uint8Array();
  return { etag: ETag, progress, sent: await sha256(bytes), readBack: await sha256(readBack) };
};

async function sha256(bytes: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', Uint8Array.from(bytes));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

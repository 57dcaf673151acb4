import type { CORSRule } from '@aws-sdk/client-s3';

/** A set of rules for a purpose, for the origins that shall have it. */
export interface Preset {
  readonly summary: string;
  readonly rules: (origins: readonly string[]) => CORSRule[];
}

/** An hour. Engines cap it: Chromium 2 h, WebKit 10 min, Firefox 24 h. */
const preflightSeconds = 3600;

/**
 * What a page has to read from an upload's or a download's answer. `ETag` above all: without it the
 * SDK cannot complete a multipart upload. `Content-Range` for resumable reads, checksums because
 * SDKs verify them, request ids because a support case needs them.
 */
const exposed = [
  'ETag',
  'Content-Range',
  'Accept-Ranges',
  'Content-Disposition',
  'Content-Encoding',
  'x-amz-checksum-crc32',
  'x-amz-checksum-crc32c',
  'x-amz-checksum-crc64nvme',
  'x-amz-checksum-sha1',
  'x-amz-checksum-sha256',
  'x-amz-checksum-type',
  'x-amz-mp-parts-count',
  'x-amz-version-id',
  'x-amz-delete-marker',
  'x-amz-request-id',
  'x-amz-id-2',
];

/** The rules of `causeway cors put --preset`. */
export const presets: Readonly<Record<string, Preset>> = {
  'public-read': {
    summary: 'pages read objects: fetch, crossorigin images, video with ranges',
    rules: (origins) => [
      {
        ID: 'public-read',
        AllowedOrigins: [...origins],
        AllowedMethods: ['GET', 'HEAD'],
        AllowedHeaders: ['*'],
        ExposeHeaders: exposed,
        MaxAgeSeconds: preflightSeconds,
      },
    ],
  },
  'browser-upload': {
    summary: 'pages upload, in parts too, and read and delete what they uploaded',
    rules: (origins) => [
      {
        ID: 'browser-upload',
        AllowedOrigins: [...origins],
        AllowedMethods: ['GET', 'HEAD', 'PUT', 'POST', 'DELETE'],
        // The SDKs send x-amz-*, amz-sdk-*, content-type, authorization, and more with every
        // release; the signature protects the bucket, not this list.
        AllowedHeaders: ['*'],
        ExposeHeaders: exposed,
        MaxAgeSeconds: preflightSeconds,
      },
    ],
  },
  fonts: {
    summary: 'style sheets load fonts',
    rules: (origins) => [
      {
        ID: 'fonts',
        AllowedOrigins: [...origins],
        AllowedMethods: ['GET', 'HEAD'],
        MaxAgeSeconds: 86_400,
      },
    ],
  },
};

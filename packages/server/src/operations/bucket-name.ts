/**
 * The names that AWS lets a new general purpose bucket have
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html).
 */
export function isBucketName(name: string): boolean {
  return (
    name.length >= 3 &&
    name.length <= 63 &&
    labels.test(name) &&
    !ipv4.test(name) &&
    !reserved.test(name)
  );
}

/** Labels of lower-case letters, digits and inner hyphens, joined by single dots. */
const labels = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/;

const ipv4 = /^\d+\.\d+\.\d+\.\d+$/;

/** Beginnings and ends that name other things: access points, directory and table buckets. */
const reserved = /^(?:xn--|sthree-)|(?:-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/;

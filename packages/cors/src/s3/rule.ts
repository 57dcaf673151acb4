/**
 * One rule of a bucket's CORS configuration, structurally AWS's own `CORSRule` (API_CORSRule), so
 * that what PutBucketCors received can be given as it is.
 */
export interface S3CorsRule {
  readonly ID?: string | undefined;
  readonly AllowedOrigins?: readonly string[] | undefined;
  readonly AllowedMethods?: readonly string[] | undefined;
  readonly AllowedHeaders?: readonly string[] | undefined;
  readonly ExposeHeaders?: readonly string[] | undefined;
  readonly MaxAgeSeconds?: number | undefined;
}

/** The methods that S3 knows in a rule, case-sensitive (API_CORSRule), with their bit. */
const methodBits = { GET: 1, PUT: 2, POST: 4, DELETE: 8, HEAD: 16 } as const;

/** A method that an S3 rule can allow. */
export type S3CorsMethod = keyof typeof methodBits;

/** Whether S3 accepts the method in a rule and in `Access-Control-Request-Method`. */
export function isS3CorsMethod(method: string): method is S3CorsMethod {
  return methodBit(method) !== 0;
}

/** The method's bit in a rule's mask; 0 when no rule can allow it. */
export function methodBit(method: string): number {
  switch (method) {
    case 'GET':
      return methodBits.GET;
    case 'PUT':
      return methodBits.PUT;
    case 'POST':
      return methodBits.POST;
    case 'DELETE':
      return methodBits.DELETE;
    case 'HEAD':
      return methodBits.HEAD;
    default:
      return 0;
  }
}

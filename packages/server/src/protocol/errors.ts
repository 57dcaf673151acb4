/**
 * S3's error codes with their HTTP status and the words that AWS sends, which are not always those
 * of its documentation (https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html).
 * Left out: what only Select, Outposts, Storage Lens, Access Grants and S3 Tables answer.
 */
export const errors = {
  AccessControlListNotSupported: [400, 'The bucket does not allow ACLs'],
  AccessDenied: [403, 'Access Denied'],
  AccessForbidden: [
    403,
    "CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec.",
  ],
  AccountProblem: [
    403,
    'There is a problem with your AWS account that prevents the operation from completing successfully.',
  ],
  AllAccessDisabled: [403, 'All access to this Amazon S3 resource has been disabled.'],
  AmbiguousGrantByEmailAddress: [
    400,
    'The email address you provided is associated with more than one account.',
  ],
  AnnotationLimitExceeded: [400, 'The object already has the maximum number of annotations.'],
  AnnotationNameTooLong: [400, 'The annotation name is too long.'],
  AuthorizationHeaderMalformed: [400, 'The authorization header that you provided is not valid.'],
  AuthorizationQueryParametersError: [
    400,
    'The authorization query parameters that you provided are not valid.',
  ],
  BadDigest: [400, 'The Content-MD5 you specified did not match what we received.'],
  BadRequest: [400, 'Bad Request'],
  BucketAlreadyExists: [
    409,
    'The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.',
  ],
  BucketAlreadyOwnedByYou: [
    409,
    'Your previous request to create the named bucket succeeded and you already own it.',
  ],
  BucketHasAccessPointsAttached: [
    400,
    'The bucket you are attempting to delete has access points attached. Delete your access points before deleting the bucket.',
  ],
  BucketNotEmpty: [409, 'The bucket you tried to delete is not empty'],
  ClientTokenConflict: [
    409,
    'Your Multi-Region Access Point idempotency token was already used for a different request.',
  ],
  ConditionalRequestConflict: [
    409,
    'The conditional request cannot succeed due to a conflicting operation against this resource.',
  ],
  ConnectionClosedByRequester: [
    400,
    'The connection was closed by the requester before the answer was complete.',
  ],
  CredentialsNotSupported: [400, 'This request does not support credentials.'],
  // Spelt so by AWS's servers; its documentation has one t.
  CrossLocationLoggingProhibitted: [403, 'Cross S3 location logging not allowed. '],
  EncryptionTypeMismatch: [
    400,
    'The existing object was created with a different encryption type. Subsequent write requests must include the appropriate encryption parameters in the request or while creating the session.',
  ],
  EndpointNotFound: [400, 'Direct requests to the correct endpoint.'],
  EntityTooLarge: [400, 'Your proposed upload exceeds the maximum allowed size'],
  EntityTooSmall: [400, 'Your proposed upload is smaller than the minimum allowed size'],
  ExpiredToken: [400, 'The provided token has expired.'],
  IdempotencyParameterMismatch: [
    400,
    'Parameters on this idempotent request are inconsistent with parameters used in previous request(s).',
  ],
  IdMismatch: [400, 'Document ID does not match the specified configuration ID.'],
  IllegalLocationConstraintException: [
    400,
    'The unspecified location constraint is incompatible for the region specific endpoint this request was sent to.',
  ],
  IllegalVersioningConfigurationException: [
    400,
    'The versioning configuration specified in the request is invalid.',
  ],
  IncompleteBody: [
    400,
    'You did not provide the number of bytes specified by the Content-Length HTTP header',
  ],
  IncorrectEndpoint: [
    400,
    'The specified bucket exists in another Region. Direct requests to the correct endpoint.',
  ],
  IncorrectNumberOfFilesInPostRequest: [400, 'POST requires exactly one file upload per request.'],
  InlineDataTooLarge: [400, 'Inline data exceeds the maximum allowed size.'],
  InternalError: [500, 'We encountered an internal error. Please try again.'],
  InvalidAccessKeyId: [403, 'The AWS Access Key Id you provided does not exist in our records.'],
  InvalidAccessPoint: [400, 'The specified access point name or account is not valid.'],
  InvalidAccessPointAliasError: [400, 'The specified access point alias name is not valid.'],
  InvalidAddressingHeader: [400, 'You must specify the Anonymous role.'],
  InvalidAnnotationName: [400, 'The annotation name is not valid.'],
  InvalidArgument: [400, 'Invalid Argument'],
  InvalidBucketAclWithObjectOwnership: [
    400,
    "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting",
  ],
  InvalidBucketName: [400, 'The specified bucket is not valid.'],
  InvalidBucketOwnerAWSAccountID: [
    400,
    'The value of the expected bucket owner parameter must be an AWS account ID.',
  ],
  InvalidBucketState: [409, 'The request is not valid with the current state of the bucket.'],
  InvalidChunkSizeError: [
    400,
    'Only the last chunk is allowed to have a size less than 8192 bytes',
  ],
  InvalidDigest: [400, 'The Content-MD5 you specified was invalid.'],
  InvalidEncryptionAlgorithmError: [
    400,
    'The Encryption request you specified is not valid. Supported value: AES256.',
  ],
  InvalidHostHeader: [
    400,
    'The host headers provided in the request used the incorrect style addressing.',
  ],
  InvalidHttpMethod: [400, 'The request was made using an unexpected HTTP method.'],
  InvalidLocationConstraint: [400, 'The specified location-constraint is not valid'],
  InvalidObjectState: [403, "The operation is not valid for the object's storage class"],
  InvalidPart: [
    400,
    "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
  ],
  InvalidPartNumber: [416, 'The requested partnumber is not satisfiable'],
  InvalidPartOrder: [
    400,
    'The list of parts was not in ascending order. Parts must be ordered by part number.',
  ],
  InvalidPayer: [403, 'All access to this object has been disabled.'],
  InvalidPolicyDocument: [
    400,
    'The content of the form does not meet the conditions specified in the policy document.',
  ],
  InvalidPrefix: [400, 'The prefix is not valid.'],
  InvalidRange: [416, 'The requested range is not satisfiable'],
  InvalidRedirectLocation: [
    400,
    "The website redirect location must have a prefix of 'http://' or 'https://' or '/'.",
  ],
  InvalidRegion: [
    403,
    "You've attempted to create a Multi-Region Access Point in a Region that you haven't opted in to.",
  ],
  InvalidRequest: [400, 'Invalid Request'],
  InvalidRetentionPeriod: [400, 'Retention period must be a positive integer value.'],
  InvalidS3DestinationBucket: [400, 'Invalid bucket ARN.'],
  InvalidSecurity: [403, 'The provided security credentials are not valid.'],
  InvalidSessionException: [400, 'The session is no longer valid.'],
  InvalidSignature: [
    400,
    'The request signature that the server calculated does not match the signature that you provided.',
  ],
  InvalidSOAPRequest: [400, 'The SOAP request body is invalid.'],
  InvalidStorageClass: [400, 'The storage class you specified is not valid'],
  InvalidTag: [
    400,
    'The tag provided was not a valid tag. This error can occur if the tag did not pass input validation.',
  ],
  InvalidTargetBucketForLogging: [
    400,
    'The target bucket for logging does not exist, is not owned by you, or does not have the appropriate grants for the log-delivery group.',
  ],
  InvalidToken: [400, 'The provided token is malformed or otherwise invalid.'],
  InvalidURI: [400, "Couldn't parse the specified URI."],
  InvalidWriteOffset: [
    400,
    'The write offset value that you specified does not match the current object size.',
  ],
  KeyTooLongError: [400, 'Your key is too long'],
  'KMS.DisabledException': [
    400,
    'The request was rejected because the specified KMS key is not enabled.',
  ],
  'KMS.InvalidKeyUsageException': [
    400,
    'The request was rejected because the KMS key does not support the operation.',
  ],
  'KMS.KMSInvalidStateException': [
    400,
    'The request was rejected because the state of the specified resource is not valid for this request.',
  ],
  'KMS.NotFoundException': [
    400,
    "The request was rejected because the specified entity or resource can't be found.",
  ],
  MalformedACLError: [
    400,
    'The XML you provided was not well-formed or did not validate against our published schema',
  ],
  MalformedPolicy: [400, 'This policy contains invalid Json'],
  MalformedPOSTRequest: [
    400,
    'The body of your POST request is not well-formed multipart/form-data.',
  ],
  MalformedTrailerError: [
    400,
    'The request contained trailing data that was not well-formed or did not conform to our published schema.',
  ],
  MalformedXML: [
    400,
    'The XML you provided was not well-formed or did not validate against our published schema',
  ],
  MaxMessageLengthExceeded: [400, 'Your request was too big.'],
  MaxPostPreDataLengthExceededError: [
    400,
    'Your POST request fields preceding the upload file were too large.',
  ],
  MetadataTooLarge: [400, 'Your metadata headers exceed the maximum allowed metadata size'],
  MethodNotAllowed: [405, 'The specified method is not allowed against this resource.'],
  MissingAttachment: [400, 'A SOAP attachment was expected, but none were found.'],
  MissingAuthenticationToken: [403, 'The request was not signed.'],
  MissingContentLength: [411, 'You must provide the Content-Length HTTP header.'],
  MissingRequestBodyError: [400, 'Request Body is empty'],
  MissingSecurityElement: [400, 'The SOAP 1.1 request is missing a security element.'],
  MissingSecurityHeader: [400, 'Your request was missing a required header'],
  NoLoggingStatusForKey: [
    400,
    'There is no such thing as a logging status sub-resource for a key.',
  ],
  NoSuchAccessPoint: [404, 'The specified access point does not exist.'],
  NoSuchAnnotation: [404, 'The specified annotation does not exist.'],
  NoSuchBucket: [404, 'The specified bucket does not exist'],
  NoSuchBucketPolicy: [404, 'The bucket policy does not exist'],
  NoSuchConfiguration: [404, 'The specified configuration does not exist.'],
  NoSuchCORSConfiguration: [404, 'The CORS configuration does not exist'],
  NoSuchKey: [404, 'The specified key does not exist.'],
  NoSuchLifecycleConfiguration: [404, 'The lifecycle configuration does not exist'],
  NoSuchObjectLockConfiguration: [
    404,
    'The specified object does not have a ObjectLock configuration',
  ],
  NoSuchPublicAccessBlockConfiguration: [
    404,
    'The public access block configuration was not found',
  ],
  NoSuchTagSet: [404, 'The TagSet does not exist'],
  NoSuchUpload: [
    404,
    'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
  ],
  NoSuchVersion: [404, 'The specified version does not exist.'],
  NoSuchWebsiteConfiguration: [404, 'The specified bucket does not have a website configuration'],
  NotDeviceOwnerError: [
    400,
    'The device that generated the token is not owned by the authenticated user.',
  ],
  NotFound: [404, 'Not Found'],
  NotImplemented: [501, 'A header you provided implies functionality that is not implemented'],
  NotModified: [304, 'Not Modified'],
  NotSignedUp: [403, 'Your account is not signed up for the Amazon S3 service.'],
  ObjectAlreadyInActiveTierError: [403, 'This object is already in the active storage tier.'],
  ObjectLockConfigurationNotFoundError: [
    404,
    'Object Lock configuration does not exist for this bucket',
  ],
  ObjectNotInActiveTierError: [
    403,
    'The source object of the COPY action is not in the active tier.',
  ],
  OperationAborted: [
    409,
    'A conflicting conditional operation is currently in progress against this resource. Please try again.',
  ],
  OwnershipControlsNotFoundError: [404, 'The bucket ownership controls were not found'],
  PermanentRedirect: [
    301,
    'The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.',
  ],
  PreconditionFailed: [412, 'At least one of the pre-conditions you specified did not hold'],
  Redirect: [307, 'Temporary redirect.'],
  ReplicationConfigurationNotFoundError: [404, 'The replication configuration was not found'],
  RequestHeaderSectionTooLarge: [
    400,
    'Your request header and query-string parameters exceed the maximum allowed size.',
  ],
  RequestIsNotMultiPartContent: [
    412,
    'Bucket POST must be of the enclosure-type multipart/form-data.',
  ],
  RequestTimeout: [
    400,
    'Your socket connection to the server was not read from or written to within the timeout period. Idle connections will be closed.',
  ],
  RequestTimeTooSkewed: [
    403,
    'The difference between the request time and the current time is too large.',
  ],
  RequestTorrentOfBucketError: [400, 'Requesting the torrent file of a bucket is not permitted.'],
  ResponseInterrupted: [400, 'The connection was interrupted before the answer was complete.'],
  RestoreAlreadyInProgress: [409, 'Object restore is already in progress'],
  ServerSideEncryptionConfigurationNotFoundError: [
    404,
    'The server side encryption configuration was not found',
  ],
  ServiceUnavailable: [503, 'Service is unable to handle request.'],
  SignatureDoesNotMatch: [
    403,
    'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
  ],
  SlowDown: [503, 'Please reduce your request rate.'],
  TagPolicyException: [
    400,
    'The tag policy does not allow the specified value for the following tag key',
  ],
  TemporaryRedirect: [
    307,
    'Please re-send this request to the specified temporary endpoint. Continue to use the original request endpoint for future requests.',
  ],
  TokenCodeInvalidError: [400, 'The serial number and/or token code you provided is not valid.'],
  TokenRefreshRequired: [400, 'The provided token must be refreshed.'],
  TooManyBuckets: [400, 'You have attempted to create more buckets than allowed'],
  TooManyConfigurations: [
    400,
    'You are attempting to create a new configuration but have already reached the configuration limit.',
  ],
  TooManyParts: [
    400,
    'You have attempted to add more parts than the maximum of 10000 that are allowed for this object.',
  ],
  UnauthorizedAccess: [403, 'You are not authorized to perform this operation'],
  UnexpectedContent: [400, 'This request does not support content.'],
  UnresolvableGrantByEmailAddress: [
    400,
    'The e-mail address you provided does not match any account on record.',
  ],
  UnsupportedArgument: [400, 'The request contained an unsupported argument.'],
  UnsupportedMediaType: [415, 'The content type of the request is not supported.'],
  UnsupportedSignature: [
    400,
    'The provided request is signed with an unsupported STS token version or the signature version is not supported.',
  ],
  UserKeyMustBeSpecified: [
    400,
    'The bucket POST must contain the specified field name. If it is specified, check the order of the fields.',
  ],
  XAmzContentSHA256Mismatch: [
    400,
    "The provided 'x-amz-content-sha256' header does not match what was computed.",
  ],
  // Not AWS's, but Ceph's.
  QuotaExceeded: [403, 'The quota of the bucket or account does not allow this request.'],
  // Not AWS's, who never runs out: Swift and MinIO answer a full disk with this status, too.
  InsufficientStorage: [507, 'The server has no room left for this. What is stored can be read.'],
} as const satisfies Record<string, readonly [status: number, message: string]>;

export type ErrorCode = keyof typeof errors;

export interface S3ErrorOptions extends ErrorOptions {
  /** Replaces the code's own message. */
  readonly message?: string;
  /** Elements of the error document beside Code and Message, in order: `{ Key: 'a' }`. */
  readonly fields?: Readonly<Record<string, string | number>>;
  /** Headers of the answer, e.g. `Allow`, `x-amz-delete-marker`. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** An error that S3 defines. `message` and `fields` are public; `cause` stays in the log. */
export class S3Error extends Error {
  override readonly name = 'S3Error';
  readonly code: ErrorCode;
  readonly status: number;
  readonly fields: Readonly<Record<string, string | number>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: ErrorCode, options: S3ErrorOptions = {}) {
    const [status, message] = errors[code];
    super(options.message ?? message, 'cause' in options ? { cause: options.cause } : undefined);
    this.code = code;
    this.status = status;
    this.fields = options.fields ?? {};
    this.headers = options.headers ?? {};
  }
}

import type { Reply, ReplyHeaders } from '../http/reply.ts';
import type { S3Error } from './errors.ts';
import { escapeXml, xmlDeclaration } from './xml-writer.ts';

export interface ErrorContext {
  readonly requestId: string;
  readonly hostId: string;
  /** The raw path of the request. */
  readonly resource?: string;
  /** The request was HEAD: its answer has no body, so clients go by the status alone. */
  readonly head: boolean;
}

/**
 * The answer to a failed request
 * (https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#RESTErrorResponses): the
 * error's own headers, and a document without a namespace.
 */
export function errorReply(error: S3Error, context: ErrorContext): Reply {
  const headers: ReplyHeaders = { ...error.headers };
  // RFC 9110 section 15.4.5: a 304 has no body either.
  if (context.head || error.status === 304) return { status: error.status, headers };
  headers['Content-Type'] = 'application/xml';
  let xml = `${xmlDeclaration}<Error>${element('Code', error.code)}${element('Message', error.message)}`;
  for (const [name, value] of Object.entries(error.fields)) xml += element(name, value);
  if (context.resource !== undefined) xml += element('Resource', context.resource);
  xml += element('RequestId', context.requestId) + element('HostId', context.hostId);
  return { status: error.status, headers, body: `${xml}</Error>` };
}

function element(name: string, value: string | number): string {
  return `<${name}>${escapeXml(String(value))}</${name}>`;
}

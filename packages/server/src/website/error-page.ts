import { STATUS_CODES } from 'node:http';
import type { Reply } from '../http/reply.ts';
import type { ErrorContext } from '../protocol/error-document.ts';
import type { S3Error } from '../protocol/errors.ts';
import { escapeXml } from '../protocol/xml-writer.ts';

/**
 * The answer of a website to a failed request: a page, in the form that AWS gives it.
 *
 * @param document why the website's own page for errors is not shown
 */
export function errorPage(
  error: S3Error,
  context: Omit<ErrorContext, 'resource'>,
  document?: S3Error,
): Reply {
  const headers = {
    ...error.headers,
    'x-amz-error-code': error.code,
    'x-amz-error-message': error.message,
  };
  if (context.head || error.status === 304) return { status: error.status, headers };
  const title = `${error.status} ${STATUS_CODES[error.status] ?? ''}`.trimEnd();
  const body = [
    '<html>',
    `<head><title>${title}</title></head>`,
    '<body>',
    `<h1>${title}</h1>`,
    ...list([...said(error), ['RequestId', context.requestId], ['HostId', context.hostId]]),
    ...(document === undefined
      ? []
      : [
          '<h3>An Error Occurred While Attempting to Retrieve a Custom Error Document</h3>',
          ...list(said(document)),
        ]),
    '<hr/>',
    '</body>',
    '</html>',
    '',
  ].join('\n');
  return {
    status: error.status,
    headers: { ...headers, 'Content-Type': 'text/html; charset=utf-8' },
    body,
  };
}

type Said = readonly (readonly [name: string, value: string | number])[];

const said = (error: S3Error): Said => [
  ['Code', error.code],
  ['Message', error.message],
  ...Object.entries(error.fields),
];

const list = (items: Said): readonly string[] => [
  '<ul>',
  ...items.map(([name, value]) => `<li>${name}: ${escapeXml(String(value))}</li>`),
  '</ul>',
];

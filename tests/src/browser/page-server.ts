import { createServer } from 'node:http';

/** A web site of one's own: the origin that the tested pages come from. */
export interface PageServer {
  /** `http://127.0.0.1:PORT`: two servers are two origins. */
  readonly origin: string;
  close(): Promise<void>;
}

/** Serves an empty page at `/`, and the given scripts by path. */
export async function servePages(
  scripts: Readonly<Record<string, string>> = {},
): Promise<PageServer> {
  const tags = Object.keys(scripts).map((path) => `<script src="${path}"></script>`);
  const page = `<!doctype html><meta charset="utf-8"><title>a page</title>${tags.join('')}`;
  const server = createServer((request, response) => {
    const script = scripts[request.url ?? ''];
    if (script !== undefined) {
      response.writeHead(200, { 'content-type': 'text/javascript; charset=utf-8' }).end(script);
    } else if (request.url === '/') {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page);
    } else {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return {
    origin: `http://127.0.0.1:${port}`,
    close: async () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

// The policy that all examples share: one page may read, write and see the ETag, with cookies.
import { compilePolicy, orThrow } from '@causeway/cors';

export const policy = orThrow(
  compilePolicy({
    origins: ['https://app.example.com', 'http://localhost:*'],
    credentials: true,
    methods: ['PUT', 'DELETE'],
    requestHeaders: ['content-type', 'authorization'],
    exposeHeaders: ['ETag'],
    maxAgeSeconds: 7200,
  }),
);

/** Where to listen: `PORT`, or a port that is free. */
export const port = Number(process.env['PORT'] ?? 0);

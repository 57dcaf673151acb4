// node examples/express.mjs
import express from 'express';
import { cors } from '@causeway/cors/express';
import { policy, port } from './policy.mjs';

const app = express();
app.use(cors(policy)); // before authentication, before every route
app.get('/notes/1', (_, response) => response.set('ETag', '"1"').send('a note'));

const server = app.listen(port, '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${server.address().port}`);
});

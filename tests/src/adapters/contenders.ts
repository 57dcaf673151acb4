import { expressFive, expressFour } from './express.ts';
import { fastifyFive } from './fastify.ts';
import { fetchStyle } from './fetch.ts';
import { hono } from './hono.ts';
import { node } from './node.ts';

/** Every adapter, in every framework that it is for. */
export const contenders = [node, expressFive, expressFour, fastifyFive, hono, fetchStyle] as const;

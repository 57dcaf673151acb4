import { LoadClient, type LoadResult } from './client.ts';
import type { LoadCall, LoadReply, LoadRequest } from './load-messages.ts';

/** The load process: it does what its parent asks, one call after the other, and ends with it. */
const clients = new Map<number, LoadClient>();

process.on('message', (message) => {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only `loader.ts` sends
  const { call, request } = message as LoadCall;
  void answer(call, request);
});
process.on('disconnect', () => process.exit());

async function answer(call: number, request: LoadRequest): Promise<void> {
  let reply: LoadReply;
  try {
    const result = await perform(request);
    reply = result === undefined ? { call } : { call, result };
  } catch (error) {
    reply = { call, error: error instanceof Error ? error.message : String(error) };
  }
  process.send?.(reply);
}

async function perform(request: LoadRequest): Promise<LoadResult | undefined> {
  if (request.kind === 'prepare') {
    clients.set(request.plan, new LoadClient(request.load));
    return undefined;
  }
  const client = clients.get(request.plan);
  if (client === undefined) throw new Error(`no load ${request.plan} is prepared`);
  if (request.kind === 'run') return client.run(request.limit);
  if (request.kind === 'connect') {
    await client.connect();
    return undefined;
  }
  client.close();
  clients.delete(request.plan);
  return undefined;
}

import { request } from 'node:http';

/** What became of a handshake: the status, and what was sent after it. */
export interface Upgraded {
  readonly status: number;
  readonly body: string;
}

/** Asks for an upgrade, and waits until the other end has closed the connection. */
export async function upgrade(
  url: string,
  headers: Readonly<Record<string, string>>,
): Promise<Upgraded> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, {
      agent: false,
      headers: { Connection: 'Upgrade', Upgrade: 'websocket', ...headers },
    });
    outgoing.on('error', reject);
    outgoing.on('upgrade', (answer, socket, head) => {
      let body = head.toString();
      socket.on('data', (chunk: Buffer) => (body += chunk.toString()));
      socket.on('close', () => resolve({ status: answer.statusCode ?? 0, body }));
      socket.end();
    });
    outgoing.on('response', (answer) => {
      let body = '';
      answer.on('data', (chunk: Buffer) => (body += chunk.toString()));
      answer.socket.on('close', () => resolve({ status: answer.statusCode ?? 0, body }));
    });
    outgoing.end();
  });
}

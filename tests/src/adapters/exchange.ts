import { request } from 'node:http';

/** An answer as it came over the wire: a name that came twice is there twice. */
export interface Answer {
  readonly status: number;
  /** The values of a header, one for each line. */
  lines(name: string): readonly string[];
  /** The one value of a header; throws when there are several lines. */
  header(name: string): string | undefined;
  readonly body: string;
}

export interface Ask {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body?: string;
}

/** Sends a request over a connection of its own, with exactly these headers. */
export async function exchange(url: string, ask: Ask = {}): Promise<Answer> {
  const { method = 'GET', headers = {}, body } = ask;
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, agent: false, headers: { ...headers } }, (answer) => {
      const { rawHeaders, statusCode = 0 } = answer;
      const lines = (name: string): readonly string[] =>
        rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === name);
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (chunk: string) => (text += chunk));
      answer.on('error', reject);
      answer.on('end', () => {
        const header = (name: string): string | undefined => {
          const [first, ...more] = lines(name);
          if (more.length > 0) throw new Error(`${name} came ${more.length + 1} times`);
          return first;
        };
        resolve({ status: statusCode, lines, header, body: text });
      });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

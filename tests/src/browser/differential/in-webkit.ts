import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { installed } from './installed.ts';
import { BrowserMissing, callOf, seenOf, type TestedBrowser } from './tested-browser.ts';

const missing =
  'WebKitGTK (apt-get install webkit2gtk-driver xvfb, or set WEBKIT_DRIVER to the path of WebKitWebDriver)';
const startMsMax = 20_000;
/** Longer than `perform.ts` waits, which knows what was asked. */
const scriptMsMax = 120_000;

/** Opens the page in a WebKitGTK of its own, through W3C WebDriver, on a screen that nobody sees. */
export async function openWebkit(origin: string): Promise<TestedBrowser> {
  const driver = installed('WEBKIT_DRIVER', ['WebKitWebDriver']);
  const screen = installed('XVFB', ['Xvfb']);
  if (driver === undefined || screen === undefined) throw new BrowserMissing(missing);
  const children: ChildProcess[] = [];
  const close = async (): Promise<void> => {
    for (const child of children.toReversed()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill();
      await once(child, 'exit');
    }
  };
  try {
    const display = await startScreen(screen, children);
    const port = await freePort();
    const env = {
      ...process.env,
      DISPLAY: display,
      // Its sandbox wants what root in a container does not have.
      ...(process.getuid?.() === 0 && { WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1' }),
    };
    children.push(spawn(driver, ['-p', String(port)], { env, stdio: 'ignore' }));
    const { session, version } = await startSession(`http://127.0.0.1:${port}`);
    await send('POST', `${session}/timeouts`, { script: scriptMsMax });
    await send('POST', `${session}/url`, { url: `${origin}/` });
    await untilReady(session);
    return {
      engine: 'webkit',
      version,
      async ask(question) {
        const script = `${callOf(question)}.then(arguments[0])`;
        const told = await send('POST', `${session}/execute/async`, { script, args: [] });
        return { ...seenOf(told), failure: undefined };
      },
      async close() {
        await send('DELETE', session);
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Starts Xvfb, which picks a free display and says which on a pipe. */
async function startScreen(program: string, children: ChildProcess[]): Promise<string> {
  const args = ['-displayfd', '3', '-screen', '0', '1280x800x24', '-nolisten', 'tcp'];
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  children.push(child);
  const pipe = child.stdio[3];
  if (pipe === null || pipe === undefined) throw new Error('Xvfb has no pipe.');
  const signal = AbortSignal.timeout(startMsMax);
  const [number] = await once(pipe, 'data', { signal });
  return `:${String(number).trim()}`;
}

interface Session {
  readonly session: string;
  readonly version: string;
}

async function startSession(driver: string): Promise<Session> {
  const deadline = performance.now() + startMsMax;
  const capabilities = { alwaysMatch: { 'webkitgtk:browserOptions': { args: ['--automation'] } } };
  for (;;) {
    try {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- https://www.w3.org/TR/webdriver2/#new-session
      const { sessionId, capabilities: had } = (await send('POST', `${driver}/session`, {
        capabilities,
      })) as { sessionId: string; capabilities: { browserName: string; browserVersion: string } };
      const session = `${driver}/session/${sessionId}`;
      return { session, version: `WebKitGTK ${had.browserName} ${had.browserVersion}` };
    } catch (error) {
      // Until the driver listens.
      if (!(error instanceof TypeError) || performance.now() > deadline) throw error;
      await sleep(50);
    }
  }
}

/** The driver does not wait for the script of a page, which is a module. */
async function untilReady(session: string): Promise<void> {
  const deadline = performance.now() + startMsMax;
  const script = 'return typeof askFrom';
  const isReady = async (): Promise<boolean> =>
    (await send('POST', `${session}/execute/sync`, { script, args: [] })) === 'function';
  while (!(await isReady())) {
    if (performance.now() > deadline) throw new Error('The page of the proof did not start.');
    await sleep(50);
  }
}

async function send(method: string, url: string, body?: unknown): Promise<unknown> {
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  const response = await fetch(url, { method, ...sent });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- every answer of a driver is so
  const { value } = (await response.json()) as { value: unknown };
  if (!response.ok) throw new Error(`${method} ${url}: ${JSON.stringify(value)}`);
  return value;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

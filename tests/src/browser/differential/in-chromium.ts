import { setTimeout as sleep } from 'node:timers/promises';
import type { CDPSession, Page } from 'playwright-core';
import { chromiumMissing, launchChromium } from '../../chromium.ts';
import { BrowserMissing, callOf, seenOf, type TestedBrowser } from './tested-browser.ts';

/** How long to wait for word of a failure; some fail without any. */
const codeMs = 60;
const codeMsMax = 2000;

/** Opens the page in a Chromium of its own. */
export async function openChromium(origin: string): Promise<TestedBrowser> {
  const browser = await launchChromium();
  if (browser === undefined) throw new BrowserMissing(chromiumMissing);
  const page = await browser.newPage();
  await page.goto(`${origin}/`);
  const codes = await watchCodes(page);
  return {
    engine: 'chromium',
    version: `Chromium ${browser.version()}`,
    async ask(question) {
      codes.forget(question.url);
      const seen = seenOf(await page.evaluate(callOf(question)));
      const blocked = seen.verdict === 'blocked';
      const code = await codes.of(question.url, blocked ? codeMs : 0);
      return { ...seen, failure: blocked ? code : undefined };
    },
    close: async () => browser.close(),
  };
}

/** One for the page, and one for each frame that Chromium keeps in a process of its own. */
async function sessionsOf(page: Page): Promise<readonly CDPSession[]> {
  const context = page.context();
  const inside = page.frames().filter((frame) => frame !== page.mainFrame());
  const tried = await Promise.allSettled(inside.map((frame) => context.newCDPSession(frame)));
  const own = tried.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  return [await context.newCDPSession(page), ...own];
}

interface Codes {
  forget(url: string): void;
  /** The code of the request to a URL, once the request is over. */
  of(url: string, waitMs: number): Promise<string | undefined>;
}

/** Chromium tells the code apart from what the page sees, a moment before or after. */
async function watchCodes(page: Page): Promise<Codes> {
  // A redirect keeps the id of its request, so that the first URL says whose it is. A fragment could
  // number the asks of a scenario, but Chromium keeps preflights by the URL with its fragment.
  const urls = new Map<string, string>();
  const codes = new Map<string, string>();
  const open = new Map<string, number>();
  const count = (url: string, by: number): void => {
    open.set(url, (open.get(url) ?? 0) + by);
  };
  for (const session of await sessionsOf(page)) {
    session.on('Network.requestWillBeSent', ({ requestId, request }) => {
      if (urls.has(requestId)) return;
      urls.set(requestId, request.url);
      count(request.url, 1);
    });
    session.on('Network.loadingFinished', ({ requestId }) => count(urls.get(requestId) ?? '', -1));
    session.on('Network.loadingFailed', ({ requestId, corsErrorStatus }) => {
      const url = urls.get(requestId) ?? '';
      if (corsErrorStatus !== undefined) codes.set(url, corsErrorStatus.corsError);
      count(url, -1);
    });
    await session.send('Network.enable');
  }
  return {
    forget: (url) => codes.delete(url),
    async of(url, waitMs) {
      const toldAt = performance.now() + waitMs;
      const deadline = toldAt + codeMsMax;
      for (let now = performance.now(); now < deadline; now = performance.now()) {
        const told = codes.has(url) || now >= toldAt;
        if (told && (open.get(url) ?? 0) <= 0) break;
        await sleep(2);
      }
      return codes.get(url);
    },
  };
}

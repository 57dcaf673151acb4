import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import type { TestContext } from 'vitest';
import { chromiumMissing } from '../chromium.ts';

/** What Chromium itself says of a request that CORS stopped; the page gets only a TypeError. */
export interface CorsError {
  readonly code: string;
  /** The header or method that was not allowed, where the code is about one. */
  readonly parameter: string;
}

/** What the page saw of one `fetch`. */
export type Fetched =
  | {
      readonly kind: 'read';
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly text: string;
    }
  | { readonly kind: 'failed'; readonly error: string };

export interface FetchOptions {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  readonly credentials?: 'include' | 'omit';
}

/** A tab with a page of some origin. */
export interface Tab {
  readonly page: Page;
  /** Runs `fetch` in the page. */
  fetch(url: string, options?: FetchOptions): Promise<Fetched>;
  /** What Chromium said since the last call. */
  corsErrors(): CorsError[];
  /** Status codes that reached the browser since the last call, whatever the page may see of them. */
  statuses(): number[];
}

/**
 * Opens a page of `origin`. Without a browser the test is left out, and the reason is told. When
 * the test fails, a picture of the page stays behind.
 */
export async function openTab(
  context: TestContext,
  browser: Browser | undefined,
  origin: string,
): Promise<Tab> {
  if (browser === undefined) {
    return context.skip(chromiumMissing);
  }
  const page = await browser.newPage();
  context.onTestFinished(async ({ task }) => {
    if (task.result?.state === 'fail') {
      const folder = await mkdtemp(path.join(tmpdir(), 'causeway-screenshot-'));
      await page.screenshot({ path: path.join(folder, 'page.png') });
      process.stdout.write(`${task.name}: the page looked like ${folder}/page.png\n`);
    }
    await page.context().close();
  });

  const errors: CorsError[] = [];
  const statuses: number[] = [];
  // Chromium tells how a request ended apart from what the page sees, a moment before or after.
  const open = new Set<string>();
  const devtools = await page.context().newCDPSession(page);
  devtools.on('Network.requestWillBeSent', ({ requestId }) => open.add(requestId));
  devtools.on('Network.loadingFinished', ({ requestId }) => open.delete(requestId));
  devtools.on('Network.loadingFailed', ({ requestId, corsErrorStatus: told }) => {
    if (told !== undefined) {
      errors.push({ code: told.corsError, parameter: told.failedParameter });
    }
    open.delete(requestId);
  });
  devtools.on('Network.responseReceivedExtraInfo', ({ statusCode }) => statuses.push(statusCode));
  await page.goto(`${origin}/`);
  await devtools.send('Network.enable');
  return {
    page,
    async fetch(url, options = {}) {
      const fetched = await page.evaluate(fetchInPage, { url, options });
      const deadline = performance.now() + 5000;
      while (open.size > 0 && performance.now() < deadline) {
        await sleep(5);
      }
      return fetched;
    },
    corsErrors: () => errors.splice(0),
    statuses: () => statuses.splice(0),
  };
}

/** Runs in the page, so it may use nothing from here. */
async function fetchInPage(ask: { url: string; options: FetchOptions }): Promise<Fetched> {
  try {
    const response = await fetch(ask.url, ask.options);
    return {
      kind: 'read',
      status: response.status,
      headers: Object.fromEntries(response.headers),
      text: await response.text(),
    };
  } catch (error) {
    return { kind: 'failed', error: String(error) };
  }
}

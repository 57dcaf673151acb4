import { setTimeout as sleep } from 'node:timers/promises';
import { launch } from 'puppeteer-core';
import { installed } from './installed.ts';
import { BrowserMissing, callOf, seenOf, type TestedBrowser } from './tested-browser.ts';

const missing = 'Firefox (apt-get install firefox-esr, or set FIREFOX to its path)';

/** What a Firefox does in its first second does not always reach the page. */
const warmUpMs = 1000;

/** Opens the page in a Firefox of its own, through WebDriver BiDi. */
export async function openFirefox(origin: string): Promise<TestedBrowser> {
  const executablePath = installed('FIREFOX', ['firefox-esr', 'firefox']);
  if (executablePath === undefined) throw new BrowserMissing(missing);
  const browser = await launch({
    browser: 'firefox',
    executablePath,
    headless: true,
    extraPrefsFirefox: { 'network.dns.localDomains': 'site.localhost,other.localhost' },
  });
  const page = await browser.newPage();
  await page.goto(`${origin}/`);
  await page.evaluate('fetch("/").then((response) => response.text())');
  await sleep(warmUpMs);
  return {
    engine: 'firefox',
    version: (await browser.version()).replace('/', ' '),
    async ask(question) {
      return { ...seenOf(await page.evaluate(callOf(question))), failure: undefined };
    },
    close: async () => browser.close(),
  };
}

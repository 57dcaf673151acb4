import { openChromium } from './in-chromium.ts';
import { openFirefox } from './in-firefox.ts';
import { openWebkit } from './in-webkit.ts';
import type { TestedBrowser } from './tested-browser.ts';

export const browsers = {
  chromium: openChromium,
  firefox: openFirefox,
  webkit: openWebkit,
} as const satisfies Record<TestedBrowser['engine'], (origin: string) => Promise<TestedBrowser>>;

export type BrowserName = keyof typeof browsers;

export function isBrowserName(name: string): name is BrowserName {
  return Object.hasOwn(browsers, name);
}

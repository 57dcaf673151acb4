// `node tools/api-report.mjs` writes packages/cors/api.md: every exported name of every entry point
// with its declaration, as the compiler emitted it. A test compares the file with the build, so that
// no change of the interface goes unseen. The compiler has no JavaScript API (TypeScript 7), so this
// reads the text of `dist/**/*.d.ts`, which has one shape: statements that begin in the first column.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../packages/cors');
const reportFile = path.join(root, 'api.md');
export const command = 'node tools/api-report.mjs';

/**
 * Cuts a declaration file into its statements.
 *
 * @returns {{ doc: string, code: string }[]} Each with the comment before it; neither trimmed inside.
 */
export function statementsOf(text) {
  const statements = [];
  let doc = '';
  let start = -1;
  let depth = 0;
  for (let at = 0; at < text.length;) {
    const end = endOfSkipped(text, at);
    if (end > at) {
      const skipped = text.slice(at, end);
      if (start === -1 && skipped.startsWith('/**')) doc = skipped;
      if (start === -1 && /^['"`]/.test(skipped)) start = at;
      at = end;
      continue;
    }
    const char = text[at];
    if (start === -1 && /\S/.test(char)) start = at;
    if ('{[('.includes(char)) depth += 1;
    if ('}])'.includes(char)) depth -= 1;
    at += 1;
    const closed = char === '}' && depth === 0 && endsWithBrace(text.slice(start, at));
    if (start !== -1 && depth === 0 && (char === ';' || closed)) {
      statements.push({ doc, code: text.slice(start, at) });
      doc = '';
      start = -1;
    }
  }
  return statements;
}

/** Where a comment or a string that begins here ends; `at` itself when none does. */
function endOfSkipped(text, at) {
  if (text.startsWith('/*', at)) return indexAfter(text, '*/', at + 2);
  if (text.startsWith('//', at)) return indexAfter(text, '\n', at);
  const quote = text[at];
  if (!`'"\``.includes(quote)) return at;
  let end = at + 1;
  while (end < text.length && text[end] !== quote) end += text[end] === '\\' ? 2 : 1;
  return end + 1;
}

function indexAfter(text, end, from) {
  const found = text.indexOf(end, from);
  return found === -1 ? text.length : found + end.length;
}

/** Interfaces and classes end with their brace; a list of exports or a type goes on to its `;`. */
function endsWithBrace(code) {
  return /^(?:export )?(?:declare )?(?:abstract )?(?:interface|class|enum|namespace)\b/.test(code);
}

/**
 * Everything that a declaration file exports, wherever it is declared.
 *
 * @param read - Gives the text of a file, by its path.
 * @returns {Map<string, { kind: string, file: string, doc: string, code: string }>} By exported name;
 * overloads are one.
 */
export function exportsOf(file, read) {
  const found = new Map();
  for (const { doc, code } of statementsOf(read(file))) {
    const list = /^export (?:type )?\{(.*)\}(?: from ['"](.*)['"])?;$/s.exec(code);
    if (list !== null) {
      const [, names, source] = list;
      const from = source === undefined ? file : declarationFile(file, source);
      for (const part of names.split(',').map((each) => each.trim().replace(/^type /, ''))) {
        if (part === '') continue;
        const [name, alias = name] = part.split(' as ');
        const declared =
          source === undefined ? localOf(from, name, read) : exportsOf(from, read).get(name);
        if (declared === undefined) throw new Error(`${file}: ${name} is declared nowhere`);
        found.set(alias, declared);
      }
      continue;
    }
    const declared = declarationOf(code);
    if (declared === undefined || !code.startsWith('export ')) {
      if (code.startsWith('export ')) throw new Error(`${file}: cannot read ${code.slice(0, 60)}`);
      continue;
    }
    add(found, { ...declared, file, doc, code });
  }
  return found;
}

function localOf(file, name, read) {
  const found = new Map();
  for (const { doc, code } of statementsOf(read(file))) {
    const declared = declarationOf(code);
    if (declared?.name === name) add(found, { ...declared, file, doc, code });
  }
  return found.get(name);
}

function declarationOf(code) {
  const pattern =
    /^(?:export )?(?:declare )?(?:abstract )?(function|class|const|interface|type) (\w+)/;
  const [, kind, name] = pattern.exec(code) ?? [];
  return kind === undefined ? undefined : { kind, name };
}

function add(found, { name, ...declared }) {
  const earlier = found.get(name);
  if (earlier === undefined) found.set(name, declared);
  else
    found.set(name, {
      ...earlier,
      doc: earlier.doc + declared.doc,
      code: `${earlier.code}\n${declared.code}`,
    });
}

function declarationFile(from, source) {
  const stem = path.join(path.dirname(from), source.replace(/\.(?:ts|js)$/, ''));
  return `${stem}.d.ts`;
}

/** The entry points of `package.json`, each with what it exports. */
export function entryPoints() {
  const { exports } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  return Object.entries(exports).map(([entry, { types }]) => ({
    entry,
    exported: exportsOf(path.join(root, types), (file) => readFileSync(file, 'utf8')),
  }));
}

/** The report's text. What several entry points export is declared at the first. */
export function report(entries) {
  const first = new Map();
  const parts = entries.map(({ entry, exported }) => {
    const names = [...exported.keys()].toSorted((a, b) => (a < b ? -1 : 1));
    const declared = names.map((name) => {
      const { file, code } = exported.get(name);
      const at = `${file} ${name}`;
      if (first.has(at)) return `// ${name}: as in "${first.get(at)}"`;
      first.set(at, entry);
      return withoutComments(code);
    });
    return `## ${entry}\n\n\`\`\`ts\n${declared.join('\n')}\n\`\`\`\n`;
  });
  const head = `# The interface of @causeway/cors\n\nMade by \`${command}\` from the build; a test compares it. Every exported name of every entry point.\n`;
  return [head, ...parts].join('\n');
}

function withoutComments(code) {
  return code
    .replaceAll(/^[ \t]*\/\*\*.*?\*\/[ \t]*\n/gms, '')
    .replaceAll(/^export (?:declare )?/gm, '');
}

export function writtenReport() {
  return existsSync(reportFile) ? readFileSync(reportFile, 'utf8') : '';
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(reportFile, report(entryPoints()));
  process.stderr.write('packages/cors/api.md is written.\n');
}

// Each rule takes a file (`path` from the root with `/`, `text`) and the house (what is around it),
// and yields what is wrong. They are plain text rules: quick, and wrong only in ways that show.
import path from 'node:path';

const linesMax = 400;
const code = /\.(?:ts|tsx|mjs|js|css)$/;
const testFile = /\.test\.(?:ts|tsx|mjs)$/;

export const rules = {
  length,
  fileNames,
  identifiers,
  markers,
  ambient,
  tests,
  machinePaths,
  lockFile,
  dependencies,
  imports,
  links,
};

/** A file that cannot be read in one sitting holds more than one idea; a made file is not read. */
function* length({ path: file, text }) {
  const lines = text.split('\n').length - 1;
  if (code.test(file) && lines > linesMax && !text.startsWith('// Made by ')) {
    yield { message: `${lines} lines; at most ${linesMax}` };
  }
}

const vagueFiles = new Set([
  'util',
  'utils',
  'helper',
  'helpers',
  'manager',
  'base',
  'common',
  'misc',
]);
const kebab = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;

/** Names are kebab-case and say what is inside; "utils" and its kin say nothing. */
function* fileNames({ path: file }) {
  if (!code.test(file)) {
    return;
  }
  for (const part of file.split('/')) {
    const [stem = '', ...extensions] = part.replace(/^\./, '').split('.');
    if (!kebab.test(stem) || extensions.some((extension) => !kebab.test(extension))) {
      yield { message: `the name "${part}" is not kebab-case` };
    }
    for (const word of stem.split('-').filter((word) => vagueFiles.has(word))) {
      yield { message: `"${word}" in "${part}" says nothing about what is inside` };
    }
  }
}

const declaration = /\b(?:function\*?|class|const|let|interface|type) (\w+)/g;
const vagueNames = /^(?:.*[a-z0-9])?(?:[Uu]tils?|[Hh]elpers?|[Mm]anager)(?:[A-Z0-9].*)?$/;

/** The same for what code declares. (`Common` and `Base` are words of S3's own: CommonPrefixes.) */
function* identifiers({ path: file, text }) {
  if (!code.test(file)) {
    return;
  }
  for (const [line, content] of numbered(text)) {
    for (const [, name] of content.matchAll(declaration)) {
      if (vagueNames.test(name)) {
        yield { line, message: `the name "${name}" says nothing about what it is` };
      }
    }
  }
}

// Written so that this line is no marker itself.
const marker = /\b(?:T[O]DO|F[I]XME)\b(?:\(([^)]*)\))?/;

/** What is left to do is in the roadmap; a marker in the code names its entry there. */
function* markers({ path: file, text }, { roadmap }) {
  if (!code.test(file)) {
    return;
  }
  for (const [line, content] of numbered(text)) {
    const found = marker.exec(content);
    if (found !== null && (found[1] === undefined || !roadmap.includes(found[1]))) {
      yield { line, message: `${found[0]} names no entry of docs/roadmap.md` };
    }
  }
}

// The bare name `Date.now` may stand as the default of something that is passed in.
const ambientNames = /\b(?:Date\.now\(|new Date\(\)|Math\.random\(|process\.env\b|console\.\w+\()/;
const ambientAllowed = [
  testFile,
  /^(?:tests|tools|bench|examples|\.ci)\//,
  /^packages\/[^/]+\/src\/(?:.*\/)?(?:main|config|io)\.ts$/,
  /\.config\.(?:mjs|ts)$/,
];

/** Time, chance, environment and console come in from the edge, so that a test can decide them. */
function* ambient({ path: file, text }) {
  if (!code.test(file) || ambientAllowed.some((allowed) => allowed.test(file))) {
    return;
  }
  for (const [line, content] of numbered(withoutStrings(text))) {
    const found = ambientNames.exec(content);
    if (found !== null) {
      yield { line, message: `${found[0]} outside main.ts, config.ts, io.ts: pass it in` };
    }
  }
}

const focused = /\b(?:test|it|describe|suite|bench)(?:\.\w+)*\.only\b/;
const silent = /\b(?:test|it|describe|suite)(?:\.\w+)*\.(?:skip|todo|skipIf|runIf|fails)\b/;
const noReason = /(?<![.\w])(?:\w+\.)?skip\(\s*\)/;

/** A test that is left out says why in the test itself: `skip('rclone (apt-get install rclone)')`. */
function* tests({ path: file, text }) {
  if (!testFile.test(file) && !file.endsWith('contract.ts')) {
    return;
  }
  for (const [line, content] of numbered(withoutComments(text))) {
    if (focused.test(content)) {
      yield { line, message: 'a focused test keeps all others from running' };
    } else if (silent.test(content) || noReason.test(content)) {
      yield { line, message: "left out without a reason; call the context's skip('why') instead" };
    }
  }
}

const machinePath = /(?<![\w.\-/])\/(?:root|home\/\w+|Users\/\w+|work)\/|[A-Z]:\\Users/;

/** A path of one machine works on no other. */
function* machinePaths({ path: file, text }) {
  if (file.endsWith('package-lock.json')) {
    return;
  }
  for (const [line, content] of numbered(text)) {
    const found = machinePath.exec(content);
    if (found !== null) {
      yield { line, message: `${found[0]} is a path of one machine` };
    }
  }
}

/** The lock file works with every registry and on every platform. */
function* lockFile({ path: file, text }) {
  if (file !== 'package-lock.json') {
    return;
  }
  const { packages } = JSON.parse(text);
  for (const [place, entry] of Object.entries(packages)) {
    if (entry.resolved !== undefined && entry.link !== true) {
      yield { message: `${place} names a host; .npmrc omits it: run npm install again` };
    }
    for (const name of Object.keys(entry.optionalDependencies ?? {})) {
      const nested = `${place}/node_modules/${name}`;
      if (!(nested in packages) && !(`node_modules/${name}` in packages)) {
        yield { message: `${name} is missing, so \`npm ci\` refuses the file (another platform?)` };
      }
    }
  }
}

/** The CORS engine depends on nothing, and a version is one version. */
function* dependencies({ path: file, text }, { workspaces }) {
  if (!file.endsWith('package.json')) {
    return;
  }
  const manifest = JSON.parse(text);
  for (const field of ['dependencies', 'optionalDependencies', 'peerDependencies']) {
    if (file === 'packages/cors/package.json' && manifest[field] !== undefined) {
      yield { message: `@causeway/cors has no ${field}` };
    }
  }
  if (!workspaces.includes(path.posix.dirname(file)) && file !== 'package.json') {
    return;
  }
  for (const field of ['dependencies', 'devDependencies', 'optionalDependencies']) {
    for (const [name, version] of Object.entries(manifest[field] ?? {})) {
      if (!/^(?:npm:(?:@[\w.-]+\/)?[\w.-]+@)?\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version)) {
        yield { message: `${name} "${version}" is not one exact version` };
      }
    }
  }
}

/** Who may import whom: an arrow points only downwards. What is not listed may import everything. */
const mayImport = {
  cors: [],
  csrf: ['@causeway/cors'],
  server: ['@causeway/cors', '@causeway/csrf'],
  lab: ['@causeway/cors', '@causeway/csrf'],
  console: ['@causeway/cors'],
};
const specifiers =
  /^\s*(?:import|export|\})[^'"]*\bfrom\s*(['"])([^'"]+)\1|\bimport\s*\(?\s*(['"])([^'"]+)\3/g;

/** Packages meet only at their entrances, and no package knows one above it. */
function* imports({ path: file, text }, { workspaces }) {
  const home = workspaces.find((workspace) => file.startsWith(`${workspace}/`));
  if (!code.test(file) || home === undefined) {
    return;
  }
  const packageName = /^packages\/([^/]+)$/.exec(home)?.[1] ?? '';
  for (const [line, content] of numbered(withoutComments(text))) {
    for (const [, , from, , bare] of content.matchAll(specifiers)) {
      const specifier = from ?? bare;
      const target = path.posix.join(path.posix.dirname(file), specifier);
      if (specifier.startsWith('.') && !target.startsWith(`${home}/`)) {
        yield {
          line,
          message: `"${specifier}" reaches into another package; import it by its name`,
        };
      }
      if (/^(?:@causeway\/[^/]+|causeway)\/(?:src|dist)\//.test(specifier)) {
        yield { line, message: `"${specifier}" is inside another package, not its entrance` };
      }
      const allowed = mayImport[packageName];
      const named = /^(?:@causeway\/[^/]+|causeway)(?=$|\/)/.exec(specifier)?.[0];
      if (allowed !== undefined && named !== undefined && !allowed.includes(named)) {
        yield { line, message: `packages/${packageName} may not import ${named}` };
      }
    }
  }
}

const link = /(?<!!)\[[^\]]*\]\(([^)\s]+)(?:\s+"[^"]*")?\)|!\[[^\]]*\]\(([^)\s]+)\)/g;

/** A link to a file that is not there helps nobody. */
function* links({ path: file, text }, { exists }) {
  if (!file.endsWith('.md')) {
    return;
  }
  for (const [line, content] of numbered(withoutFences(text))) {
    for (const [, target, image] of content.matchAll(link)) {
      const [place = ''] = (target ?? image ?? '').split('#');
      if (place === '' || /^[a-z][a-z0-9+.-]*:/.test(place)) {
        continue;
      }
      const resolved = path.posix.join(path.posix.dirname(file), decodeURIComponent(place));
      if (!exists(resolved)) {
        yield { line, message: `the link to ${place} leads nowhere` };
      }
    }
  }
}

function* numbered(text) {
  let line = 0;
  for (const content of text.split('\n')) {
    line += 1;
    yield [line, content];
  }
}

const blank = (text) => text.replace(/[^\n]/g, ' ');
const commentOrString =
  /\/\*[\s\S]*?\*\/|(?<![:\\])\/\/[^\n]*|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/g;

/** Blanks comments and keeps the lines, so that numbers stay right. */
function withoutComments(text) {
  return text.replace(commentOrString, (found) => (found.startsWith('/') ? blank(found) : found));
}

/** Blanks comments and strings, except templates: they may hold code. */
function withoutStrings(text) {
  return text.replace(commentOrString, (found) => (found.startsWith('`') ? found : blank(found)));
}

/** Examples in fenced blocks and inline code show links, they are none. */
function withoutFences(text) {
  return text
    .replace(/^(```|~~~)[\s\S]*?^\1/gm, (block) => block.replace(/[^\n]/g, ' '))
    .replace(/`[^`\n]*`/g, '');
}

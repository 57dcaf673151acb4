// `npm start`: from a fresh clone to a running server. Arguments go to `causeway serve`.
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, install, requireNode, root } from './prepare.mjs';

requireNode();
install();
build();

// The server runs in this very process: signals, the terminal and the exit code are its own, with
// nothing in between that could lose one.
const command = path.join(root, 'packages/cli/bin/causeway.js');
process.argv = [process.execPath, command, 'serve', ...process.argv.slice(2)];
await import(pathToFileURL(command).href);

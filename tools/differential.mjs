// `npm run differential`: installs and compiles whatever is missing, then holds the browser's model
// against a real browser; `npm run differential -- --help` says how.
import { build, install, requireNode } from './prepare.mjs';

requireNode();
install();
build();
await import('../tests/dist/browser/differential/main.js');

// `npm run bench -w packages/cors`: installs and compiles whatever is missing, then measures the
// engine beside its peers; `npm run bench -w packages/cors -- --help` says what and how.
import { build, install, requireNode } from './prepare.mjs';

requireNode();
install();
build();
await import('../bench/dist/cors/main.js');

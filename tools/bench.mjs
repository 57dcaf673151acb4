// `npm run bench`: installs and compiles whatever is missing, then runs the benchmark;
// `npm run bench -- --help` says what it measures and how.
import { build, install, requireNode } from './prepare.mjs';

requireNode();
install();
build();
await import('../bench/dist/main.js');

// `npm run bench -w packages/csrf`: installs and compiles whatever is missing, then measures header
// decisions and tokens against their bars; `npm run bench -w packages/csrf -- --help` says what.
import { build, install, requireNode } from './prepare.mjs';

requireNode();
install();
build();
await import('../bench/dist/csrf/main.js');

// `npm run bench:listing`: installs and compiles whatever is missing, then measures pages of listings
// in buckets of ever other sizes; `npm run bench:listing -- --help` says how.
import { build, install, requireNode } from './prepare.mjs';

requireNode();
install();
build();
await import('../bench/dist/listing/main.js');

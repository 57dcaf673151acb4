// `npm run conformance:s3-tests`: installs and compiles whatever is missing, then runs ceph/s3-tests
// against a server of its own; `npm run conformance:s3-tests -- --help` says how.
import { build, install, requireNode } from './prepare.mjs';

requireNode();
install();
build();
await import('../tests/dist/conformance/s3-tests.js');

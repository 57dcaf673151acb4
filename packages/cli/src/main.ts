import { cli } from './cli.ts';
import { processTerminal } from './terminal.ts';

// The SDK is pinned here; that its next versions will want a newer Node is no news for a user.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

process.exitCode = await cli(process.argv.slice(2), processTerminal());

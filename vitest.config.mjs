import { defineConfig } from 'vitest/config';

// Tests run on what the compiler made: the same files that ship, so that workers, forked processes
// and `import.meta.url` are the real ones. `npm run build` comes first; `npm test` does both.
// Vitest would rewrite what it loads; that is only needed for the test files themselves.
const server = { deps: { external: [/\/dist\/(?!.*\.test\.js$)/] } };

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          // Nothing of ours keeps state in a module, so files share a process: half the time.
          isolate: false,
          server,
          include: [
            'packages/*/dist/**/*.test.js',
            'bench/dist/**/*.test.js',
            'tools/**/*.test.mjs',
          ],
          // What starts more than itself belongs to the whole.
          exclude: ['**/*.whole.test.js'],
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'whole',
          server,
          include: ['tests/dist/**/*.test.js', 'packages/*/dist/**/*.whole.test.js'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // Each file starts servers of its own; two at a time, because some mostly wait.
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
          env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
        },
      },
    ],
  },
});

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
          server,
          include: [
            'packages/*/dist/**/*.test.js',
            'bench/dist/**/*.test.js',
            'tools/**/*.test.mjs',
          ],
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'whole',
          server,
          include: ['tests/dist/**/*.test.js'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});

import { defineConfig } from 'vitest/config'

/**
 * Two projects run the same storage and API tests, one on each store; a test that touches no store runs once.
 * `npm test -- --project fast` is the inner loop.
 */
const shared = { testTimeout: 30_000, hookTimeout: 60_000, pool: 'forks' as const, sequence: { hooks: 'stack' as const } }

export default defineConfig({
  test: {
    globalSetup: ['test/support/global-setup.ts'],
    maxWorkers: 2,
    projects: [
      {
        test: {
          ...shared,
          name: 'fast',
          include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'console/src/**/*.test.ts'],
          exclude: ['**/*.store.test.ts', '**/*.browser.test.ts', '**/*.chaos.test.ts', '**/*.server.test.ts', '**/node_modules/**'],
        },
      },
      {
        test: {
          ...shared,
          name: 'postgres',
          include: ['**/*.store.test.ts'],
          exclude: ['**/node_modules/**'],
          env: { PLIMSOLL_TEST_STORE: 'postgres' },
        },
      },
      {
        test: {
          ...shared,
          name: 'embedded',
          include: ['**/*.store.test.ts'],
          exclude: ['**/node_modules/**'],
          env: { PLIMSOLL_TEST_STORE: 'pglite' },
        },
      },
      {
        test: {
          ...shared,
          name: 'browser',
          include: ['**/*.browser.test.ts', '**/*.chaos.test.ts', '**/*.server.test.ts'],
          exclude: ['**/node_modules/**'],
          testTimeout: 600_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
})

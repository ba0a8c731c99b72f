import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'service',
          include: ['tests/**/*.test.ts'],
          exclude: ['tests/console/**'],
          globalSetup: ['tests/support/engine.ts'],
        },
      },
      {
        extends: true,
        test: {
          // What meets DynamoDB, once more through the SDK's own transport.
          name: 'sdk transport',
          include: ['tests/{contract,dynamodb,http,tools}/**/*.test.ts'],
          // Callers that are slow or mean ill, and what an expression means, are the same to both.
          exclude: [
            'tests/dynamodb/lean/**',
            'tests/http/{bounds,fuzz,stalls}.test.ts',
            'tests/tools/filters.property.test.ts',
          ],
          env: { TEST_TRANSPORT: 'sdk' },
          globalSetup: ['tests/support/engine.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'console',
          include: ['tests/console/**/*.test.ts'],
          globalSetup: ['tests/support/engine.ts', 'tests/support/built-console.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'infrastructure',
          include: ['infrastructure/tests/**/*.test.ts'],
          // CDK takes seconds to load, so one process loads it for all files.
          isolate: false,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // A machine that does much else must not decide; what passes the second time is reported as such.
    retry: process.env.CI === 'true' ? 1 : 0,
    maxWorkers: 4,
    reporters: ['default', ['json', { outputFile: 'coverage/test-results.json' }]],
    coverage: {
      enabled: process.env.CI === 'true',
      provider: 'v8',
      include: ['src/**/*.ts'],
      // The console runs in a browser.
      exclude: ['src/**/*.d.ts', 'src/console/**'],
      reporter: ['text-summary', 'lcovonly', 'json-summary'],
      // What runs in processes of its own (the CLI, signals, stdio) is tested but not counted.
      thresholds: { statements: 85, branches: 79, functions: 85, lines: 85 },
    },
  },
});

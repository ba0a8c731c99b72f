import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts', 'infrastructure/tests/**/*.test.ts'],
    globalSetup: ['tests/support/engine.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    reporters: ['default', ['json', { outputFile: 'coverage/test-results.json' }]],
    coverage: {
      enabled: process.env.CI === 'true',
      provider: 'v8',
      include: ['src/**/*.ts'],
      exclude: ['src/**/*.d.ts'],
      reporter: ['text-summary', 'lcovonly', 'json-summary'],
      // What runs in processes of its own (the CLI, signals, stdio) is tested but not counted.
      thresholds: { statements: 85, branches: 79, functions: 85, lines: 85 },
    },
  },
});

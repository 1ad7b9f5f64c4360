import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['src/**/*.test.ts', 'web/src/**/*.test.ts', 'simulator/**/*.test.ts', 'tests/vectors/**/*.test.ts'], testTimeout: 60_000 } },
      { test: { name: 'wire', include: ['tests/**/*.test.ts'], exclude: ['tests/vectors/**'], testTimeout: 180_000, hookTimeout: 180_000 } },
    ],
    maxWorkers: 2,
  },
})

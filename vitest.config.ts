import { defineConfig } from "vitest/config";

// unit: pure, no outside. db: a real PostgreSQL, one cloned database per file. e2e: server processes and a browser.
export default defineConfig({
  test: {
    projects: [
      { test: { name: "unit", include: ["packages/*/src/**/*.test.ts", "apps/*/src/**/*.test.{ts,tsx}", "check/**/*.test.ts"], exclude: ["**/*.db.test.ts", "**/node_modules/**"] } },
      { test: { name: "db", include: ["apps/server/{src,test}/**/*.db.test.ts"], globalSetup: ["apps/server/test/support/postgres.ts"], testTimeout: 60_000, hookTimeout: 60_000, maxWorkers: 2 } },
      { test: { name: "e2e", include: ["e2e/**/*.e2e.test.ts"], testTimeout: 300_000, hookTimeout: 300_000, fileParallelism: false } },
    ],
  },
});

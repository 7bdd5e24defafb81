import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

// Minutes long each: started first, so that no core waits for them at the end.
const LONG = [/simulation\/product/, /crash/, /journeys/, /demo\.e2e/, /cli\.e2e/, /kill/];

class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = (file: TestSpecification) => LONG.some((name) => name.test(file.moduleId));
    return (await super.sort(files)).sort((a, b) => Number(isLong(b)) - Number(isLong(a)));
  }
}

// unit: pure, no outside. db: a real PostgreSQL, one cloned database per file; the product's modules are loaded once per worker, not once
// per file (1.75 s of CPU each), so a module that keeps something between files shows here. e2e: server processes and a browser; on a machine that
// stalls for seconds a step can miss its moment, so each has a second try, and `npm test` names those that needed it.
export default defineConfig({
  test: {
    sequence: { sequencer: LongFirst },
    projects: [
      {
        test: {
          name: "unit",
          include: ["packages/*/src/**/*.test.ts", "apps/*/{src,test}/**/*.test.{ts,tsx}", "check/**/*.test.ts"],
          exclude: ["**/*.db.test.ts", "**/node_modules/**"],
        },
      },
      {
        test: {
          name: "db",
          include: ["apps/server/{src,test}/**/*.db.test.ts"],
          globalSetup: ["apps/server/test/support/postgres.ts"],
          isolate: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          maxWorkers: 2,
        },
      },
      {
        test: {
          name: "e2e",
          include: ["e2e/**/*.e2e.test.ts"],
          globalSetup: ["e2e/support/template.ts"],
          retry: 1,
          testTimeout: 300_000,
          hookTimeout: 300_000,
          expect: { poll: { timeout: 15_000 } },
          maxWorkers: 2,
        },
      },
    ],
  },
});

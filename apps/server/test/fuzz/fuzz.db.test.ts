import { afterAll, expect, test } from "vitest";
import { closeRenderPool } from "../../src/domains/messages/index.ts";
import { testDatabase } from "../support/db.ts";
import { attack } from "./attack.ts";

const it = testDatabase();
afterAll(() => closeRenderPool());

// A new seed each day, so that the suite walks on; `npm run fuzz -- --seed N --shots M` tells a finding again.
const seed = Math.floor(Date.now() / 86_400_000);

test(
  `nothing that anyone sends makes a server error, kills the engine or a job, or loses an acknowledged event (seed ${seed})`,
  { timeout: 180_000 },
  async () => {
    const report = await attack({ db: it.db, url: it.url, seed, seconds: 30 });
    console.log(
      `fuzz: seed ${seed}, ${report.shots} shots, ${report.stored} events acknowledged, slowest ${Math.round(report.slowest.ms)} ms (${report.slowest.aim})`,
    );
    expect(report.findings).toEqual([]);
    expect(report.stored).toBeGreaterThan(100);
  },
);

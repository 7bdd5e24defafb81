import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { isMachineAgent } from "./machine.ts";

const FOLDER = [process.env["RELANCE_TEST_DATA"], "../shared/data"].find(
  (folder) => folder !== undefined && existsSync(`${folder}/user-agents`),
);

// What people read mails and press links with.
const PEOPLE = [
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
  "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1",
  "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15",
  "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
  "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Thunderbird/128.5.0",
  "Mozilla/5.0 (Linux; Android 14; CUBOT X90) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36",
  "Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 10.0; Win64; x64; Trident/7.0; Microsoft Outlook 16.0.5)",
];

test("what people read with is no machine", () => {
  expect(PEOPLE.filter(isMachineAgent)).toEqual([]);
});

test.skipIf(FOLDER === undefined)(
  "nine in ten of 1,050 real crawlers and previewers are machines (needs RELANCE_TEST_DATA or ../shared/data)",
  () => {
    const lines = gunzipSync(readFileSync(`${FOLDER}/user-agents/crawler_instances.csv.gz`))
      .toString("utf8")
      .trim()
      .split(/\r?\n/)
      .slice(1);
    const agents = lines.map((line) =>
      /^(?:"(?:[^"]|"")*"|[^,]*),(.*)$/.exec(line)![1]!.replace(/^"|"$/g, "").replaceAll('""', '"').trim(),
    );
    expect([agents.length, readFileSync(`${FOLDER}/user-agents/crawler_patterns.csv`, "utf8").trim().split(/\r?\n/).length - 1]).toEqual([
      1_050, 1_500,
    ]);
    expect(agents.filter(isMachineAgent).length).toBeGreaterThanOrEqual(945);
  },
);

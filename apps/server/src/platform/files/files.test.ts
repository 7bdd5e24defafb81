import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { TooLarge } from "../ports.ts";
import { systemFiles } from "./index.ts";

const folder = mkdtempSync(join(tmpdir(), "relance-files-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const files = systemFiles();
const text = (value: string) => new TextEncoder().encode(value);

test("a file is written whole, read back, appended to, listed and removed", async () => {
  const path = join(folder, "deep", "er", "a.txt");
  await files.write(path, text("one"));
  await files.write(path, text("two"));
  await files.append(path, text(" three"));
  expect(new TextDecoder().decode(await files.read(path))).toBe("two three");
  expect(await files.list(join(folder, "deep", "er"))).toEqual(["a.txt"]);
  await files.remove(path);
  await files.remove(path);
  expect(await files.list(join(folder, "deep", "er"))).toEqual([]);
});

test("many writers of one file leave one whole version and no leftovers", async () => {
  const path = join(folder, "race.txt");
  const versions = Array.from({ length: 20 }, (_, i) => String(i).repeat(10_000));
  await Promise.all(versions.map((version) => files.write(path, text(version))));
  expect(versions).toContain(new TextDecoder().decode(await files.read(path)));
  expect((await files.list(folder)).filter((name) => name.startsWith("race"))).toEqual(["race.txt"]);
});

test("an absent folder is empty, an unreadable one is an error", async () => {
  expect(await files.list(join(folder, "nowhere"))).toEqual([]);
  await files.write(join(folder, "plain"), text(""));
  await expect(files.list(join(folder, "plain"))).rejects.toThrow();
});

test("a stream is saved and read piece by piece; one that is too long leaves nothing behind", async () => {
  const pieces = async function* () {
    for (let i = 0; i < 100; i++) yield text("0123456789");
  };
  const path = join(folder, "stream", "big.csv");
  expect(await files.save(path, pieces(), 1000)).toBe(1000);
  let size = 0;
  for await (const piece of files.stream(path)) size += piece.byteLength;
  expect(size).toBe(1000);
  await expect(files.save(join(folder, "stream", "bigger.csv"), pieces(), 999)).rejects.toThrow(TooLarge);
  expect(await files.list(join(folder, "stream"))).toEqual(["big.csv"]);
});

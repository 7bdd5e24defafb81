import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { testDatabase } from "../../../test/support/db.ts";
import { virtualClock } from "../../../test/support/virtual-clock.ts";
import { seededChance } from "../chance/index.ts";
import { systemFiles } from "../files/index.ts";
import { loadSecrets, WrongRootKey } from "./index.ts";

const held = testDatabase();
const folder = mkdtempSync(join(tmpdir(), "relance-key-"));
const path = join(folder, "root.key");
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const load = () => loadSecrets({ files: systemFiles(), chance: seededChance("root key"), clock: virtualClock(), sql: held.db }, path);

test("the key is made once; a database that was used with it does not start without it, nor with another", async () => {
  const sealed = (await load()).seal("hunter2", "provider:1");
  expect((await load()).open(sealed, "provider:1")).toBe("hunter2");

  rmSync(path);
  await expect(load()).rejects.toThrow(WrongRootKey);
  await expect(load()).rejects.toThrow(`${path} is gone`); // and no new one was written
  writeFileSync(path, new Uint8Array(32));
  await expect(load()).rejects.toThrow("not the one this database was used with");
  writeFileSync(path, new Uint8Array(31));
  await expect(load()).rejects.toThrow("must hold 32 bytes; it holds 31");
});

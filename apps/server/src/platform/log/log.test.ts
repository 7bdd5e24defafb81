import { expect, test } from "vitest";
import { createLog } from "./index.ts";

test("an error is logged without the values and the connection that hang on it", () => {
  const lines: string[] = [];
  const log = createLog("info", {
    write: (line) => {
      lines.push(line);
    },
  });
  const error = Object.assign(new Error("duplicate key value violates unique constraint"), {
    code: "23505",
    constraint: "contacts_email",
    detail: "Key (email)=(ada@example.com) already exists.",
    where: "ada@example.com",
    client: { queries: ["select 'ada@example.com'"] },
  });
  log.warn({ err: error }, "database.connection_lost");
  log.warn({ error }, "database.connection_lost");
  for (const [at, field] of ["err", "error"].entries()) {
    const written = JSON.parse(lines[at]!)[field];
    expect(Object.keys(written).sort()).toEqual(["code", "constraint", "message", "stack", "type"]);
  }
  expect(lines.join()).not.toContain("ada@");
});

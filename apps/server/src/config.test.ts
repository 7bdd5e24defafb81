import { expect, test } from "vitest";
import { readConfig, WrongSetting } from "./config.ts";

test("with nothing set, everything listens on loopback with the embedded database and the demo shop", () => {
  expect(readConfig({})).toMatchObject({
    port: 3000,
    host: "127.0.0.1",
    databaseUrl: null,
    demo: true,
    publicUrl: "http://127.0.0.1:3000",
    roles: ["http", "engine", "delivery", "jobs"],
  });
});

test.each([
  ["PORT", "abc"],
  ["PORT", "70000"],
  ["HOST", "somewhere"],
  ["DATABASE_URL", "mysql://x"],
  ["RELANCE_ROLES", "http,cook"],
  ["RELANCE_ROLES", ","],
  ["RELANCE_PUBLIC_URL", "ftp://x"],
  ["RELANCE_DEMO", "yes"],
  ["RELANCE_API_KEY", "short"],
  ["RELANCE_WRITE_KEY", "a b"],
  ["RELANCE_ADMIN_EMAIL", "nobody"],
  ["RELANCE_LOG", "loud"],
  ["RELANCE_ALLOW_PRIVATE_HOSTS", "mail.intern,http://x"],
  ["RELANCE_TRUSTED_PROXIES", "my proxy"],
  ["RELANCE_TRUSTED_PROXIES", "10.0.0.0/33"],
])("a wrong %s (%s) is refused by one sentence that names it", (name, value) => {
  const attempt = () => readConfig({ [name]: value });
  expect(attempt).toThrow(WrongSetting);
  expect(attempt).toThrow(name);
});

test("an administrator's e-mail without a password is refused", () => {
  expect(() => readConfig({ RELANCE_ADMIN_EMAIL: "a@shop.example" })).toThrow("RELANCE_ADMIN_PASSWORD");
});

test("a wrong database address is not repeated, since it may hold a password", () => {
  expect(() => readConfig({ DATABASE_URL: "mysql://user:hunter2@host" })).toThrow(/^(?!.*hunter2)/);
});

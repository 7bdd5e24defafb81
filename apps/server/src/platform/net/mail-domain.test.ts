import { expect, test } from "vitest";
import { takesMail, type MailAnswers } from "./mail-domain.ts";

const no = (code: string) => async (): Promise<never> => {
  throw Object.assign(new Error(code), { code });
};
const dns = (mx: MailAnswers["resolveMx"], a = no("ENODATA"), aaaa = no("ENODATA")): MailAnswers => ({
  resolveMx: mx,
  resolve4: a as MailAnswers["resolve4"],
  resolve6: aaaa as MailAnswers["resolve6"],
});

test("a domain takes mail by its MX, or by its address without one; a null MX and a missing name say no; silence says nothing", async () => {
  const ask = (answers: MailAnswers) => takesMail("shop.fr", 10, answers);
  expect(await ask(dns(async () => [{ exchange: "mx.shop.fr", priority: 10 }]))).toBe(true);
  expect(await ask(dns(async () => [{ exchange: "", priority: 0 }]))).toBe(false);
  expect(await ask(dns(no("ENOTFOUND")))).toBe(false);
  expect(await ask(dns(no("ENODATA"), (async () => ["192.0.2.1"]) as never))).toBe(true);
  expect(await ask(dns(no("ENODATA")))).toBe(false);
  expect(await ask(dns(no("ETIMEOUT")))).toBeNull();
  expect(await ask(dns(no("ENODATA"), no("ESERVFAIL")))).toBeNull();
});

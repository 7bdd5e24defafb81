import { expect, test } from "vitest";
import { z } from "zod";
import { addressOf, ApiError, createClient } from "./client.ts";
import { endpoint } from "./endpoint.ts";

const getThing = endpoint({
  method: "GET",
  path: "/api/things/:id",
  tag: "T",
  access: "public",
  summary: "One",
  params: z.strictObject({ id: z.string() }),
  query: z.strictObject({ search: z.string().optional() }),
  response: z.object({ name: z.string() }),
});
const putThing = endpoint({
  method: "PUT",
  path: "/api/things",
  tag: "T",
  access: "public",
  summary: "Put",
  body: z.strictObject({ name: z.string() }),
  response: z.object({ ok: z.literal(true) }),
});

const answering =
  (status: number, body: unknown, seen: Request[] = []) =>
  async (url: string | URL | Request, init?: RequestInit) => {
    seen.push(new Request(url, init));
    return new Response(typeof body === "string" ? body : JSON.stringify(body), {
      status,
      headers: { "content-type": typeof body === "string" ? "text/html" : "application/json" },
    });
  };

test("parameters are escaped, absent query values are left out", () => {
  expect(addressOf("/api/things/:id", { id: "a/b c" }, { search: "é", after: undefined })).toBe("/api/things/a%2Fb%20c?search=%C3%A9");
  expect(() => addressOf("/api/things/:id")).toThrow("id");
});

test("a call carries the method, the headers of the moment and the body", async () => {
  const seen: Request[] = [];
  const client = createClient({
    baseUrl: "http://relance.example",
    fetch: answering(200, { ok: true }, seen),
    headers: () => ({ "relance-workspace": "w1" }),
  });
  expect(await client.call(putThing, { body: { name: "x" } })).toEqual({ ok: true });
  expect([seen[0]!.method, seen[0]!.url, seen[0]!.headers.get("relance-workspace"), await seen[0]!.text()]).toEqual([
    "PUT",
    "http://relance.example/api/things",
    "w1",
    '{"name":"x"}',
  ]);
});

test("a refusal keeps its code, field and problems", async () => {
  const error = {
    code: "invalid",
    message: "name: too long",
    field: "name",
    problems: [{ field: "name", code: "too_big", message: "too long" }],
  };
  const caught = await createClient({ baseUrl: "http://x.example", fetch: answering(422, { error }) })
    .call(getThing, { params: { id: "1" } })
    .catch((thrown: unknown) => thrown);
  expect(caught).toBeInstanceOf(ApiError);
  expect(caught).toMatchObject({ status: 422, ...error });
});

test("an answer that is not ours, or none, is still an ApiError", async () => {
  const page = await createClient({ baseUrl: "http://x.example", fetch: answering(502, "<html>") })
    .call(getThing, { params: { id: "1" } })
    .catch((thrown: unknown) => thrown);
  expect(page).toMatchObject({ status: 502, code: "answer.unreadable" });
  const none = await createClient({ baseUrl: "http://x.example", fetch: () => Promise.reject(new TypeError("failed")) })
    .call(getThing, { params: { id: "1" } })
    .catch((thrown: unknown) => thrown);
  expect(none).toMatchObject({ status: 0, code: "network.unreachable" });
});

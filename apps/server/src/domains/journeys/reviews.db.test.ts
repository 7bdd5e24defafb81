import type { Role } from "@relance/contract";
import type { Id } from "@relance/model/base";
import { EMPTY_GRAPH, type Graph } from "@relance/model/journeys";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testApp, type Answer, type TestApp } from "../../../test/support/app.ts";
import { testDatabase } from "../../../test/support/db.ts";

const holder = testDatabase();
let shop: TestApp;
beforeAll(async () => {
  shop = await testApp(holder.db, holder.url);
});
afterAll(() => shop.close());

const graph: Graph = {
  ...EMPTY_GRAPH,
  starts: [{ kind: "event", event: "Hello", where: [], key: null }],
  first: "stp_w",
  steps: [{ id: "stp_w", name: "", kind: "wait", until: { of: "duration", span: { n: 1, unit: "day" } }, exits: { next: null } }],
};

async function office() {
  const { id: workspace, key } = await shop.workspace();
  const person = async (role: Role) => {
    const { cookie } = await shop.member(workspace, role);
    return async (method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE", url: string, body?: unknown) => {
      const answer = await shop.app.inject({
        method,
        url,
        headers: { cookie, "relance-workspace": workspace },
        ...(body === undefined ? {} : { payload: body as Record<string, unknown> }),
      });
      return { status: answer.statusCode, body: answer.json<Answer>() };
    };
  };
  const { settings } = (await shop.call(key, "GET", "/api/workspace")).body;
  await shop.call(key, "PATCH", "/api/workspace", { settings: { ...settings, fourEyes: true } });
  const id = (await shop.call(key, "POST", "/api/journeys", { name: "J", graph })).body.id as Id;
  return { workspace, key, id, person };
}

test("where four eyes are needed, a draft is published once someone else than who asked approved it as it is", async () => {
  const { key, id, person } = await office();
  const [editor, approver] = [await person("editor"), await person("approver")];
  expect(await approver("POST", `/api/journeys/${id}/publish`, { revision: 1 })).toMatchObject({
    status: 409,
    body: { error: { code: "journey.needs_review" } },
  });
  expect(await approver("POST", `/api/journeys/${id}/review/decision`, { revision: 1, approve: true })).toMatchObject({
    status: 409,
    body: { error: { code: "journey.no_review" } },
  });
  expect(await editor("POST", `/api/journeys/${id}/review`, { revision: 1, note: "Ready for Monday" })).toMatchObject({
    status: 200,
    body: { review: { state: "open", stale: false, note: "Ready for Monday" } },
  });
  expect((await editor("POST", `/api/journeys/${id}/review/decision`, { revision: 1, approve: true })).status).toBe(403);
  expect(
    await approver("POST", `/api/journeys/${id}/review/decision`, { revision: 1, approve: false, note: "Two days, not one" }),
  ).toMatchObject({ status: 200, body: { review: { state: "returned", answer: "Two days, not one" } } });
  expect((await approver("POST", `/api/journeys/${id}/publish`, { revision: 1 })).status).toBe(409);

  await editor("PUT", `/api/journeys/${id}/draft`, { revision: 1, graph, name: "J2" });
  await editor("POST", `/api/journeys/${id}/review`, { revision: 2 });
  expect(await approver("POST", `/api/journeys/${id}/review/decision`, { revision: 1, approve: true })).toMatchObject({
    status: 409,
    body: { error: { code: "journey.draft_changed" } },
  });
  await approver("POST", `/api/journeys/${id}/review/decision`, { revision: 2, approve: true });
  // What was approved is that draft and no later one.
  expect((await editor("PUT", `/api/journeys/${id}/draft`, { revision: 2, graph, name: "J3" })).body.review).toMatchObject({
    state: "approved",
    stale: true,
  });
  expect((await approver("POST", `/api/journeys/${id}/publish`, { revision: 3 })).body.error.code).toBe("journey.needs_review");
  await editor("POST", `/api/journeys/${id}/review`, { revision: 3 });
  await approver("POST", `/api/journeys/${id}/review/decision`, { revision: 3, approve: true });
  expect(await approver("POST", `/api/journeys/${id}/publish`, { revision: 3 })).toMatchObject({
    status: 200,
    body: { state: "live", liveVersion: 1 },
  });
  const actions = ((await shop.call(key, "GET", "/api/audit")).body.items as { action: string }[]).map((one) => one.action);
  expect(actions).toEqual(expect.arrayContaining(["journey.review_asked", "journey.approved", "journey.sent_back", "journey.published"]));
});

test("nobody approves what they asked about, no key approves, and only an administrator goes without, which is noted", async () => {
  const { key, id, person } = await office();
  const [approver, admin] = [await person("approver"), await person("admin")];
  await approver("POST", `/api/journeys/${id}/review`, { revision: 1 });
  expect((await approver("POST", `/api/journeys/${id}/review/decision`, { revision: 1, approve: true })).body.error.code).toBe(
    "journey.own_review",
  );
  expect((await shop.call(key, "POST", `/api/journeys/${id}/review/decision`, { revision: 1, approve: true })).body.error.code).toBe(
    "journey.own_review",
  );
  expect(await approver("POST", `/api/journeys/${id}/publish`, { revision: 1, override: "in a hurry" })).toMatchObject({
    status: 403,
    body: { error: { code: "journey.not_overriding" } },
  });
  expect((await shop.call(key, "POST", `/api/journeys/${id}/publish`, { revision: 1, override: "in a hurry" })).status).toBe(403);
  expect((await admin("POST", `/api/journeys/${id}/publish`, { revision: 1, override: "Wrong price in the mail" })).body.liveVersion).toBe(
    1,
  );
  const [published] = ((await shop.call(key, "GET", "/api/audit")).body.items as { action: string; detail: unknown }[]).filter(
    (one) => one.action === "journey.published",
  );
  expect(published!.detail).toMatchObject({ override: "Wrong price in the mail" });
});

test("versions say what each changed and by whom; an earlier one, saved as the draft and published, is a way back", async () => {
  const { key, id, person } = await office();
  const admin = await person("admin");
  await admin("POST", `/api/journeys/${id}/publish`, { revision: 1, override: "first" });
  const longer: Graph = {
    ...graph,
    steps: [
      { ...graph.steps[0]!, exits: { next: "stp_x" } },
      { id: "stp_x", name: "", kind: "exit", exits: {} },
    ],
  };
  await admin("PUT", `/api/journeys/${id}/draft`, { revision: 1, graph: longer });
  await admin("POST", `/api/journeys/${id}/publish`, { revision: 2, override: "second" });
  expect((await shop.call(key, "GET", `/api/journeys/${id}/versions`)).body.items).toMatchObject([
    { version: 2, steps: 2, added: 1, changed: 1, removed: 0, publishedBy: expect.stringContaining("@shop.example") },
    { version: 1, steps: 1, added: 1 },
  ]);
  const back = await shop.call(key, "GET", `/api/journeys/${id}/versions/1`);
  expect(back.body.graph).toEqual(graph);
  expect((await shop.call(key, "GET", `/api/journeys/${id}/versions/9`)).status).toBe(404);
  await admin("PUT", `/api/journeys/${id}/draft`, { revision: 2, graph: back.body.graph });
  expect((await admin("GET", `/api/journeys/${id}/publish`)).body.steps).toEqual(
    expect.arrayContaining([expect.objectContaining({ step: "stp_x", change: "removed" })]),
  );
  expect((await admin("POST", `/api/journeys/${id}/publish`, { revision: 3, override: "back" })).body).toMatchObject({
    liveVersion: 3,
    live: graph,
  });
});

test("colleagues speak about a step in threads, by role, naming each other; what they say is audited, is no part of the draft, and goes with nobody's version", async () => {
  const { workspace, key, id, person } = await office();
  const [viewer, editor, admin] = [await person("viewer"), await person("editor"), await person("admin")];
  const members = (await shop.call(key, "GET", "/api/members")).body.items as { userId: string; name: string; role: Role }[];
  const named = members.find((one) => one.role === "viewer")!;
  const write = (step: string, text: string, thread?: string) =>
    editor("POST", `/api/journeys/${id}/comments`, { step, text, ...(thread && { thread }) });
  expect((await viewer("POST", `/api/journeys/${id}/comments`, { step: "stp_w", text: "No" })).status).toBe(403);
  const first = (await write("stp_w", `@${named.name}: one day or two?`)).body;
  expect(first).toMatchObject({ step: "stp_w", resolvedAt: null, comments: [{ mentions: expect.arrayContaining([named.userId]) }] });
  expect((await viewer("GET", "/api/comments")).body.items).toMatchObject([{ id: first.id, journey: id, step: "stp_w" }]);
  expect((await admin("POST", `/api/journeys/${id}/comments`, { step: "start", text: "Two.", thread: first.id })).body).toMatchObject({
    id: first.id,
    step: "stp_w",
    comments: [{}, { text: "Two." }],
  });
  expect(await write("stp_w", "Where?", id)).toMatchObject({ status: 404, body: { error: { code: "absent" } } });
  expect(await write("nowhere", "?")).toMatchObject({ status: 422 });

  // The draft is as it was: no revision, no problem, no version knows of it.
  expect((await shop.call(key, "GET", `/api/journeys/${id}`)).body).toMatchObject({ draftRevision: 1, draft: graph });
  expect((await viewer("POST", `/api/comments/${first.id}/resolution`, { resolved: true })).status).toBe(403);
  expect((await editor("POST", `/api/comments/${first.id}/resolution`, { resolved: true })).body.resolvedAt).not.toBeNull();
  expect((await viewer("GET", "/api/comments")).body.items).toEqual([]);
  const [answer] = first.id === undefined ? [] : (await viewer("GET", `/api/journeys/${id}/comments`)).body.items[0].comments.slice(1);
  expect(await editor("DELETE", `/api/comments/${answer.id}`)).toMatchObject({
    status: 403,
    body: { error: { code: "comment.not_yours" } },
  });
  expect(await editor("DELETE", `/api/comments/${first.id}`)).toMatchObject({ status: 409, body: { error: { code: "comment.answered" } } });
  expect((await admin("DELETE", `/api/comments/${answer.id}`)).status).toBe(200);
  expect((await editor("DELETE", `/api/comments/${first.id}`)).status).toBe(200);
  expect((await viewer("GET", `/api/journeys/${id}/comments`)).body.items).toEqual([]);
  const audited = (await shop.call(key, "GET", "/api/audit?limit=50")).body.items
    .map((one: { action: string }) => one.action)
    .filter((one: string) => one.startsWith("journey.comment"));
  expect(audited.reverse()).toEqual([
    "journey.commented",
    "journey.commented",
    "journey.comments_resolved",
    "journey.comment_deleted",
    "journey.comment_deleted",
  ]);

  // Another workspace sees and touches none of it.
  const kept = (await write("start", "Kept")).body;
  const other = await office();
  expect(other.workspace).not.toBe(workspace);
  for (const [method, path, body] of [
    ["GET", `/api/journeys/${id}/comments`, undefined],
    ["POST", `/api/comments/${kept.id}/resolution`, { resolved: true }],
    ["DELETE", `/api/comments/${kept.id}`, undefined],
  ] as const)
    expect((await shop.call(other.key, method, path, body)).status).toBe(404);
});

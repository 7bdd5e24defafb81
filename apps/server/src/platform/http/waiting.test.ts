import { createServer, type AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { openWaitingPage } from "./waiting.ts";

test("while the demo shop is made the address is alive, not ready, and shows how far it is in the visitor's language; then it is free for the product", async () => {
  const probe = createServer();
  await new Promise<void>((resolve) => {
    probe.listen(0, "127.0.0.1", resolve);
  });
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => {
    probe.close(resolve);
  });
  const waiting = await openWaitingPage({ host: "127.0.0.1", port });
  const ask = (path: string, language = "en") => fetch(`http://127.0.0.1:${port}${path}`, { headers: { "accept-language": language } });
  waiting.progress(0.42);
  waiting.progress(0.1); // it never goes back
  expect((await ask("/healthz")).status).toBe(200);
  const ready = await ask("/readyz");
  expect([ready.status, await ready.json()]).toMatchObject([503, { ready: false, code: "server.starting", share: 0.42 }]);
  expect((await ask("/v1/batch")).headers.get("retry-after")).toBe("2");
  expect(await (await ask("/home", "fr-CA,en;q=0.5")).text()).toMatch(/lang="fr".*42\u00a0%/s);
  expect(await (await ask("/", "de,fr;q=0.5")).text()).toContain("getting ready");
  await waiting.close();
  await expect(ask("/healthz")).rejects.toThrow("fetch failed");
});

import { expect, test } from "vitest";
import { barriers } from "./support/access.ts";
import { hasBrowser, openBrowser, watchErrors } from "./support/browser.ts";
import { at, saved, shop, template, useJourneyShop } from "./support/journey-shop.ts";
import { ADMIN, picture, signIn } from "./support/person.ts";

useJourneyShop();

test.skipIf(!hasBrowser)(
  "two people on one draft: the second is told, and neither loses a word without choosing to",
  { timeout: 120_000 },
  async () => {
    const browser = await openBrowser({ width: 1440, height: 900, language: "en", dark: false });
    try {
      const journey = await shop.api("POST", "/api/journeys", { name: "Shared" });
      const byOther = async (name: string): Promise<void> => {
        const { draft, draftRevision } = await shop.api("GET", `/api/journeys/${journey.id}`);
        await shop.api("PUT", `/api/journeys/${journey.id}/draft`, { graph: draft, revision: draftRevision, name });
      };
      const page = await signIn(browser, shop, "en");
      await page.goto(at(`/journeys/${journey.id}`));
      const name = page.getByLabel("Name of the journey");
      await expect.poll(() => name.inputValue(), { timeout: 15_000 }).toBe("Shared");
      await byOther("Theirs");
      await name.fill("Mine");
      await page.getByText("what you did since is not saved").waitFor();
      expect((await shop.api("GET", `/api/journeys/${journey.id}`)).name).toBe("Theirs");
      await picture(page, "journey-meanwhile-en-1440");
      await page.getByRole("button", { name: "Save mine over it" }).click();
      await saved(journey.id, (now) => now.name).toBe("Mine");
      await byOther("Theirs again");
      await name.fill("Mine again");
      await page.getByRole("button", { name: "Show theirs" }).click();
      await expect.poll(() => name.inputValue(), { timeout: 15_000 }).toBe("Theirs again");
      expect((await shop.api("GET", `/api/journeys/${journey.id}`)).name).toBe("Theirs again");
    } finally {
      await browser.close();
    }
  },
);

test.skipIf(!hasBrowser)(
  "steps are copied, cut, pasted and taken back, go to another workspace that is asked what they use there, and are found again",
  { timeout: 120_000 },
  async () => {
    const browser = await openBrowser({ width: 1440, height: 900, language: "en", dark: false });
    try {
      const mail = (id: string, name: string, next: string | null) => ({ id, name, kind: "email", template: template.id, exits: { next } });
      const graph = {
        version: 1,
        starts: [{ kind: "event", event: "Hello", where: [], key: null }],
        first: "stp_a",
        positions: {},
        settings: { filter: null, reentry: { kind: "never" }, exits: [] },
        steps: [
          mail("stp_a", "First", "stp_w"),
          { id: "stp_w", name: "", kind: "wait", until: { of: "duration", span: { n: 2, unit: "day" } }, exits: { next: "stp_b" } },
          mail("stp_b", "Second", null),
        ],
      };
      const { id } = await shop.api("POST", "/api/journeys", { name: "Copied from", graph });
      const names = ({
        draft,
      }: {
        draft: { first: string; steps: { id: string; name: string; kind: string; exits: Record<string, string | null> }[] };
      }): string[] => {
        const read: string[] = [];
        for (let at: string | null = draft.first; at !== null;) {
          const step = draft.steps.find((one) => one.id === at)!;
          read.push(step.name || step.kind);
          at = step.exits["next"] ?? null;
        }
        return read;
      };
      const page = await signIn(browser, shop, "en");
      const errors = watchErrors(page);
      await page.goto(at(`/journeys/${id}`));
      await page.locator('[data-step="stp_a"]').click();
      await page.keyboard.press("Shift+ArrowDown");
      await page.getByText("2 steps chosen").waitFor();
      await page.keyboard.press("Control+c");
      await page.getByText("2 steps copied.").waitFor();
      await page.locator('[data-step="stp_b"]').click();
      await page.keyboard.press("Control+v");
      await saved(id, names).toEqual(["First", "wait", "Second", "First", "wait"]);
      await picture(page, "journey-pasted");
      expect(await barriers(page)).toEqual([]);
      await page.keyboard.press("Control+z");
      await saved(id, names).toEqual(["First", "wait", "Second"]);

      // Cut by the menu, as with the menu key; the paste follows what came before it.
      await page.locator('[data-step="stp_w"]').click({ button: "right" });
      await picture(page, "journey-step-menu");
      await page.getByRole("menuitem", { name: "Cut" }).click();
      await saved(id, names).toEqual(["First", "Second"]);
      await page.locator('[data-step="stp_b"]').click();
      await page.locator(".journey-panel").getByRole("button", { name: "Copy, cut, paste" }).click();
      await page.getByRole("menuitem", { name: "Paste after" }).click();
      await saved(id, names).toEqual(["First", "Second", "wait"]);

      // A word that only the text of the messages has: both steps that send it are found, and walked.
      const variants: readonly { subject: string }[] = Object.values(
        (await shop.api("GET", `/api/templates/${template.id}`)).draft.variants,
      );
      await page.keyboard.press("Control+f");
      const search = page.getByRole("search");
      await search.getByRole("textbox").fill(variants[0]!.subject);
      await search.getByText("1 of 2").waitFor();
      await search.getByRole("textbox").press("Enter");
      await search.getByText("2 of 2, Second").waitFor();
      await picture(page, "journey-search");
      expect(await barriers(page)).toEqual([]);
      await search.getByRole("textbox").press("Escape");
      await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute("data-step"))).toBe("stp_b");

      // In another workspace the template is unknown: it is asked for by its name.
      await page.locator('[data-step="stp_a"]').click();
      await page.keyboard.press("Control+c");
      const other = await page.evaluate(async () => {
        const made = await fetch("/api/workspaces", {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ name: "Elsewhere" }),
        }).then((answer) => answer.json());
        const post = (path: string, body: unknown) =>
          fetch(path, {
            method: "POST",
            headers: { "content-type": "application/json", "relance-workspace": made.id },
            body: JSON.stringify(body),
          }).then((answer) => answer.json());
        const hello = await post("/api/templates", { name: "Hello from here" });
        return {
          workspace: made.id as string,
          template: hello.id as string,
          journey: (await post("/api/journeys", { name: "Pasted into" })).id as string,
        };
      });
      await page.evaluate((workspace) => localStorage.setItem("relance.workspace", workspace), other.workspace);
      await page.goto(at(`/journeys/${other.journey}`));
      await page.locator('[data-step="start"]').click();
      await page.keyboard.press("Control+v");
      const dialog = page.locator("dialog[open]");
      await picture(page, "journey-paste-asks");
      expect(await barriers(page)).toEqual([]);
      await dialog.getByLabel("Template “Cart reminder”").selectOption({ label: "Hello from here" });
      await dialog.getByRole("button", { name: "Paste the step" }).click();
      const draft = () =>
        page.evaluate(
          ({ workspace, journey }) =>
            fetch(`/api/journeys/${journey}`, { headers: { "relance-workspace": workspace } })
              .then((answer) => answer.json())
              .then((found) => found.draft.steps),
          other,
        );
      await expect.poll(draft).toMatchObject([{ kind: "email", name: "First", template: other.template }]);
      expect(errors).toEqual([]);
    } finally {
      await browser.close();
    }
  },
);

test.skipIf(!hasBrowser)(
  "where four eyes are needed a draft is asked about, sent back, approved by another person and published; an earlier version is brought back",
  { timeout: 150_000 },
  async () => {
    const one = await shop.api("POST", "/api/journeys", {
      name: "Two days later",
      graph: {
        version: 1,
        starts: [{ kind: "event", event: "Hello", where: [], key: null }],
        first: "stp_w",
        positions: {},
        settings: { filter: null, reentry: { kind: "never" }, exits: [] },
        steps: [{ id: "stp_w", name: "", kind: "wait", until: { of: "duration", span: { n: 2, unit: "day" } }, exits: { next: null } }],
      },
    });
    const { settings } = await shop.api("GET", "/api/workspace");
    await shop.api("PATCH", "/api/workspace", { settings: { ...settings, fourEyes: true } });
    const browser = await openBrowser({ width: 1440, height: 900, language: "en", dark: false });
    try {
      const page = await signIn(browser, shop, "en");
      const errors = watchErrors(page);
      const panel = page.locator(".journey-panel");
      const dialog = page.locator("dialog[open]");
      await page.goto(at(`/journeys/${one.id}`));
      await page.getByRole("button", { name: "More" }).click();
      await page.getByRole("menuitem", { name: "Ask for a review" }).click();
      await dialog.getByLabel("What to look at").fill("Two days or three?");
      await dialog.getByRole("button", { name: "Ask", exact: true }).click();
      await panel.getByText("Two days or three?").waitFor();
      expect(await panel.getByRole("button", { name: "Approve" }).isDisabled()).toBe(true);
      await page.getByRole("button", { name: /^Publish/ }).click();
      await dialog.getByText("This workspace needs four eyes").waitFor();
      expect(await dialog.getByRole("button", { name: "Publish version 1" }).isDisabled()).toBe(true);
      await picture(page, "review-needed");
      expect(await barriers(page)).toEqual([]);
      await page.keyboard.press("Escape");

      // Another person approves.
      const { url } = await page.evaluate(() =>
        fetch("/api/members/invitations", {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ role: "approver" }),
        }).then((answer) => answer.json()),
      );
      const token = new URL(url).searchParams.get("token") ?? url.split("/").at(-1);
      await fetch(at("/api/invitations/accept"), {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({
          token,
          name: "Dominique",
          email: "dominique@shop.example",
          password: ADMIN.RELANCE_ADMIN_PASSWORD,
          locale: "en",
        }),
      });
      const other = await openBrowser({ width: 1440, height: 900, language: "en", dark: true });
      try {
        const second = other.pages()[0]!;
        await second.goto(at("/"));
        await second.locator('input[type="email"]').fill("dominique@shop.example");
        await second.locator('input[type="password"]').fill(ADMIN.RELANCE_ADMIN_PASSWORD);
        await second.locator('button[type="submit"]').click();
        await second.waitForURL("**/home");
        await second.goto(at(`/journeys/${one.id}`));
        await second.locator(".journey-panel").getByRole("button", { name: "Approve" }).waitFor();
        await picture(second, "review-dark");
        expect(await barriers(second)).toEqual([]);
        // Sent back with what is to be changed; who asked reads it, and asks again.
        await second.locator(".journey-panel").getByRole("button", { name: "Send back" }).click();
        await second.locator("dialog[open]").getByLabel("What is to be changed").fill("Say why in the description.");
        await second.locator("dialog[open]").getByRole("button", { name: "Send the draft back" }).click();
        await second.locator(".journey-panel").getByText("Dominique sent this draft back").waitFor();
        await page.reload();
        await panel.getByText("Say why in the description.").waitFor();
        await picture(page, "review-sent-back");
        await page.getByRole("button", { name: "More" }).click();
        await page.getByRole("menuitem", { name: "Ask for a review" }).click();
        await dialog.getByRole("button", { name: "Ask", exact: true }).click();
        await panel.getByText(/asked for a review/).waitFor();
        // Named on a step, one finds it from the list of journeys, answers and resolves it.
        await page.locator('[data-step="stp_w"]').click();
        await panel.getByRole("tab", { name: "Comments" }).click();
        await panel.getByLabel("A comment for your colleagues").fill("Is that long enough, @Dom");
        await panel.getByRole("button", { name: "Dominique" }).click();
        await panel.getByRole("button", { name: "Comment", exact: true }).click();
        await panel.locator(".comment-named", { hasText: "@Dominique" }).waitFor();
        await page.locator(".step-notes").waitFor();
        await picture(page, "comments");
        expect(await barriers(page)).toEqual([]);
        await panel.getByRole("button", { name: "Close" }).click();
        await second.goto(at("/journeys"));
        await second.getByRole("heading", { name: "You are named" }).waitFor();
        await picture(second, "mentions-dark");
        await second.locator("tr", { hasText: "long enough" }).getByRole("link").click();
        await second.getByRole("button", { name: "Answer" }).click();
        await second.getByLabel("Your answer").fill("It is.");
        await second.getByRole("button", { name: "Answer", exact: true }).click();
        await second.locator(".comment", { hasText: "It is." }).waitFor();
        await picture(second, "comments-dark");
        expect(await barriers(second)).toEqual([]);
        await second.getByRole("button", { name: "Resolve" }).click();
        await second.getByText("1 resolved thread").waitFor();
        await second.goto(at(`/journeys/${one.id}`));
        await second.locator(".journey-panel").getByRole("button", { name: "Approve" }).click();
        await second.locator(".journey-panel").getByText("Dominique approved this draft").waitFor();
      } finally {
        await other.close();
      }
      await panel.getByText("Dominique approved this draft").waitFor({ timeout: 20_000 });
      await page.getByRole("button", { name: /^Publish/ }).click();
      await dialog.getByRole("button", { name: "Publish version 1" }).click();
      await saved(one.id, ({ liveVersion }) => liveVersion).toBe(1);

      await page.locator('[data-step="stp_w"]').click();
      await panel.getByLabel("Number").fill("3");
      await saved(one.id, ({ draft }) => draft.steps[0].until.span.n).toBe(3);
      await page.getByRole("button", { name: "More" }).click();
      await page.getByRole("menuitem", { name: "Versions" }).click();
      await dialog.getByText("Version 1").waitFor();
      await picture(page, "versions");
      expect(await barriers(page)).toEqual([]);
      await dialog.getByRole("button", { name: "Look: Version 1" }).click();
      await dialog.locator(".diff-drawing .step-box[data-change=added]").first().waitFor();
      await picture(page, "version-looked-at");
      expect(await barriers(page)).toEqual([]);
      await dialog.getByRole("button", { name: "All versions" }).click();
      await dialog.getByRole("button", { name: /Bring back/ }).click();
      await panel.getByText("The draft is version 1 again").waitFor();
      await saved(one.id, ({ draft }) => draft.steps[0].until.span.n).toBe(2);
      expect(errors).toEqual([]);
    } finally {
      await shop.api("PATCH", "/api/workspace", { settings });
      await browser.close();
    }
  },
);

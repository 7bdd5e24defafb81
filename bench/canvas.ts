import { loadavg } from "node:os";
import type { CDPSession, Page } from "playwright-core";
import { hasBrowser, openBrowser } from "../e2e/support/browser.ts";
import { ADMIN, signIn } from "../e2e/support/person.ts";
import { Product } from "../e2e/support/product.ts";

/**
 * The canvas of a journey in a real browser: frames while panning, dragging a kind of step over it, and typing in a panel. Two figures
 * each: time between frames (which a busy machine stretches) and the main thread's CPU for each movement or letter (which it does not).
 * Beside it the limit: the same gestures on a journey of ten steps. Target: 300 steps cost under 16 ms of CPU a movement, a frame of a
 * screen of 60 Hz. `npm run bench:canvas -- [steps]`
 */
const STEPS = Number(process.argv[2] ?? 300);
const MOVES = 60;

interface Figures {
  readonly cpu: number;
  readonly median: number;
  readonly late: number;
}
if (!hasBrowser) throw new Error("This needs a browser: install chromium.");
const shop = await Product.makeFresh({ ...ADMIN, RELANCE_DEMO: "0" });
await shop.start();
const browser = await openBrowser({ width: 1440, height: 900, language: "en", dark: false });
try {
  const page = await signIn(browser, shop, "en");
  const template = await shop.api("POST", "/api/templates", { name: "Hello", starter: "welcome" });
  const few = await measured(page, template.id, 10);
  const many = await measured(page, template.id, STEPS);
  console.log(
    `load ${loadavg()[0]!.toFixed(0)}; CPU of the page's main thread, for each movement or letter; median and 95 % of the time between frames`,
  );
  for (const gesture of Object.keys(many))
    console.log(`${gesture}: ${told(many[gesture]!)} with ${STEPS} steps; ${told(few[gesture]!)} with 10`);
} finally {
  await browser.close();
  await shop.end();
}

function told({ cpu, median, late }: Figures): string {
  return `${cpu.toFixed(1)} ms CPU, frames ${median.toFixed(0)} / ${late.toFixed(0)} ms`;
}

async function measured(page: Page, template: string, steps: number): Promise<Record<string, Figures>> {
  const { id } = await shop.api("POST", "/api/journeys", { name: `${steps} steps`, graph: graphOf(steps, template) });
  await page.goto(`http://127.0.0.1:${shop.port}/journeys/${id}`);
  await page.locator('[data-step="start"]').waitFor();
  const client = await page.context().newCDPSession(page);
  await client.send("Performance.enable", { timeDomain: "threadTicks" });
  const centre = { x: 700, y: 450 };
  const sweep = async (): Promise<void> => {
    for (let at = 0; at < MOVES; at++) await page.mouse.move(centre.x + 220 * Math.sin(at / 6), centre.y + 160 * Math.cos(at / 5));
  };
  const panning = await watched(page, client, async () => {
    await page.mouse.move(centre.x, 880);
    await page.mouse.down();
    await sweep();
    await page.mouse.up();
  });
  const kind = (await page.locator(".palette button").first().boundingBox())!;
  const dragging = await watched(page, client, async () => {
    await page.mouse.move(kind.x + 20, kind.y + 10);
    await page.mouse.down();
    await sweep();
    await page.mouse.move(kind.x + 20, kind.y + 10);
    await page.mouse.up();
  });
  await page.evaluate(() => document.querySelector<HTMLElement>('[data-step^="stp_"]')!.click());
  const name = page.locator(".journey-panel input").first();
  await name.click();
  const typing = await watched(page, client, () => page.keyboard.type("abcdefghij".repeat(MOVES / 10)));
  return { panning, dragging, typing };
}

/** What a gesture of MOVES movements cost. */
async function watched(page: Page, client: CDPSession, gesture: () => Promise<void>): Promise<Figures> {
  await page.waitForTimeout(1_500); // what was begun before is not counted
  const cpuNow = async (): Promise<number> =>
    (await client.send("Performance.getMetrics")).metrics.find((one) => one.name === "TaskDuration")!.value * 1_000;
  await page.evaluate(() => {
    const frames: number[] = [];
    const tick = (at: number): void => {
      frames.push(at);
      if (frames.length < 20_000) requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
    (globalThis as unknown as { frames: number[] }).frames = frames;
  });
  const before = await cpuNow();
  await gesture();
  const cpu = ((await cpuNow()) - before) / MOVES;
  const gaps = await page.evaluate(() =>
    (globalThis as unknown as { frames: number[] }).frames
      .splice(0)
      .map((at, index, all) => at - (all[index - 1] ?? at))
      .slice(1)
      .sort((a, b) => a - b),
  );
  const at = (share: number): number => gaps[Math.min(gaps.length - 1, Math.floor(gaps.length * share))] ?? 0;
  return { cpu, median: at(0.5), late: at(0.95) };
}

/** Messages, waits and forks in turn; each fork's other way leads to the step after the next. */
function graphOf(steps: number, template: string): unknown {
  const id = (n: number): string | null => (n < steps ? `stp_n${n}` : null);
  return {
    version: 1,
    starts: [{ kind: "event", event: "Signed Up", where: [], key: null }],
    first: id(0),
    positions: {},
    settings: { filter: null, reentry: { kind: "never" }, exits: [] },
    steps: Array.from({ length: steps }, (_, n) => {
      const base = { id: id(n)!, name: `Step ${n + 1}` };
      if (n % 3 === 0) return { ...base, kind: "email", template, exits: { next: id(n + 1) } };
      if (n % 3 === 1) return { ...base, kind: "wait", until: { of: "duration", span: { n: 1, unit: "day" } }, exits: { next: id(n + 1) } };
      return {
        ...base,
        kind: "branch",
        paths: [{ exit: "p1", name: "Ordered", rule: { kind: "attribute", attribute: "first_name", is: { op: "set" } } }],
        exits: { p1: id(n + 1), else: id(n + 2) },
      };
    }),
  };
}

import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type BrowserContext, type Page } from "playwright-core";

const PATHS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Whether this machine has a browser; without one the browser tests are skipped, loudly. */
export const hasBrowser = PATHS.some((path) => existsSync(path));

/** A real browser with a profile of its own. */
export function openBrowser(options: { width: number; height: number; language: "fr" | "en"; dark: boolean }): Promise<BrowserContext> {
  return chromium.launchPersistentContext(mkdtempSync(join(tmpdir(), "relance-browser-")), {
    executablePath: PATHS.find((path) => existsSync(path))!,
    headless: true,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
    viewport: { width: options.width, height: options.height },
    locale: options.language === "fr" ? "fr-FR" : "en-GB",
    // Pictures are taken of pages at rest, never of a dialog half faded in.
    reducedMotion: "reduce",
    colorScheme: options.dark ? "dark" : "light",
  });
}

/** Errors a page would show in its console; a test fails on any. */
export function watchErrors(page: Page): string[] {
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error" && !message.text().includes("401")) errors.push(message.text());
  });
  return errors;
}

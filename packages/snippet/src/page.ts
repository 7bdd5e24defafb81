/** Parts of addresses that tell who someone is or open a door; their values are not sent. */
const PRIVATE =
  /(^|[_-])(e?-?mail|token|key|pass(word|wd)?|secret|phone|tel|auth|session|sid|code|hash|sig(nature)?|(first|last|sur|user)_?name)$/i;

/** An address without its fragment, and without values of its query that look private: `?q=lamp&email=…`. */
export function cleanUrl(address: string): string {
  const url = new URL(address);
  for (const [name, value] of new URLSearchParams(url.search)) {
    if (!name.startsWith("utm_") && (PRIVATE.test(name) || value.includes("@"))) url.searchParams.delete(name);
  }
  url.hash = url.username = url.password = "";
  return url.href;
}

/** Where the visitor is, as the Segment spec names it. @param before the page of this site they come from, when it changed without loading */
export function pageNow(before: string | null): { url: string; path: string; title: string; referrer: string } {
  const url = cleanUrl(location.href);
  return { url, path: location.pathname, title: document.title, referrer: before ?? (document.referrer && cleanUrl(document.referrer)) };
}

/** The campaign of the address: `utm_source` and its like; null without one. */
export function campaignNow(): Record<string, string> | null {
  const found = [...new URLSearchParams(location.search)].filter(([name]) => name.startsWith("utm_"));
  return found.length === 0
    ? null
    : Object.fromEntries(found.map(([name, value]) => [name === "utm_campaign" ? "name" : name.slice(4), value]));
}

const SETTLE_MS = 100;

/**
 * Tells of the first page and of each one that follows, also where pages change without loading (pushState, the back button, `#/` addresses).
 * Told a moment after the change: by then the new page has its title, and a redirection has arrived.
 */
export function watchPages(viewed: (before: string | null) => void): void {
  /** The view told last, and its address. */
  let shown: string | null = null;
  let from: string | null = null;
  const look = (): void => {
    const view = location.pathname + location.search + (/^#[!/]/.test(location.hash) ? location.hash : "");
    if (view === shown) return;
    shown = view;
    viewed(from);
    from = cleanUrl(location.href);
  };
  const changed = (): void => void setTimeout(look, SETTLE_MS);
  for (const name of ["pushState", "replaceState"] as const) {
    const original = history[name];
    history[name] = function (this: History, ...given: Parameters<History["pushState"]>) {
      original.apply(this, given);
      changed();
    };
  }
  addEventListener("popstate", changed);
  addEventListener("hashchange", changed);
  // A page that comes back whole from the browser's memory is seen again.
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    shown = from = null;
    look();
  });
  look();
}

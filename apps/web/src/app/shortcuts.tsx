import { lazy, Suspense, useEffect, useState } from "react";

// Fetched on first use: most visits need neither.
const CommandBar = lazy(() => import("./command-bar.tsx").then((file) => ({ default: file.CommandBar })));
const KeyHelp = lazy(() => import("./command-bar.tsx").then((file) => ({ default: file.KeyHelp })));

/** Somewhere letters are meant as text. */
const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName));

/** Listens for the keys that work everywhere: Ctrl or ⌘ and K, and "?". The rail's search button opens the bar by the same event. */
export function Shortcuts() {
  const [open, setOpen] = useState<"bar" | "help" | null>(null);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey)
        setOpen((now) => (now === "bar" ? null : "bar"));
      else if (event.key === "?" && !event.ctrlKey && !event.metaKey && !isTyping(event.target)) setOpen("help");
      else return;
      event.preventDefault();
    };
    const onAsk = (): void => setOpen("bar");
    window.addEventListener("keydown", onKey);
    window.addEventListener(OPEN_BAR, onAsk);
    return () => {
      window.removeEventListener("keydown", onKey);
      window.removeEventListener(OPEN_BAR, onAsk);
    };
  }, []);
  const close = (): void => setOpen(null);
  return <Suspense>{open === "bar" ? <CommandBar close={close} /> : open === "help" ? <KeyHelp close={close} /> : null}</Suspense>;
}

const OPEN_BAR = "relance:command-bar";
export const openCommandBar = (): void => void window.dispatchEvent(new Event(OPEN_BAR));

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

export interface WaitingPage {
  /** @param share done so far, 0 to 1 */
  progress(share: number): void;
  close(): Promise<void>;
}

/**
 * Answers in the product's place while its demo shop is being made: a page that says how far that is and turns into the product by itself.
 * Not ready (503), but alive.
 */
export async function openWaitingPage(at: { readonly host: string; readonly port: number }): Promise<WaitingPage> {
  let done = 0;
  const server = createServer((request, response) => answer(request, response, done));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host: at.host, port: at.port, exclusive: true }, resolve);
  });
  return {
    progress(share) {
      done = Math.max(done, Math.min(1, share));
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answer(request: IncomingMessage, response: ServerResponse, done: number): void {
  const path = request.url?.split("?")[0] ?? "/";
  const say = (status: number, type: string, body: string) =>
    response
      .writeHead(status, {
        "content-type": type,
        "retry-after": "2",
        "cache-control": "no-store",
        connection: "close",
        "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
        "x-content-type-options": "nosniff",
      })
      .end(body);
  if (path === "/healthz") say(200, "text/plain", "ok\n");
  else if (path === "/readyz" || path.startsWith("/api/") || path.startsWith("/v1/"))
    say(
      503,
      "application/json",
      JSON.stringify({
        ready: false,
        code: "server.starting",
        message: "The demo shop is being made; try again in a moment.",
        share: done,
      }),
    );
  else
    say(
      503,
      "text/html; charset=utf-8",
      pageOf(done, /\bfr\b/.test((request.headers["accept-language"] ?? "").split(",")[0]!) ? "fr" : "en"),
    );
}

const WORDS = {
  fr: {
    title: "Relance se prépare",
    text: "La boutique de démonstration se crée\u00a0: deux ans de clients, de commandes et de parcours. Cela n’arrive qu’au premier démarrage\u00a0; cette page s’ouvrira d’elle-même.",
  },
  en: {
    title: "Relance is getting ready",
    text: "The demo shop is being made: two years of customers, orders and journeys. This happens at the first start only; this page will open by itself.",
  },
} as const;

function pageOf(done: number, language: "fr" | "en"): string {
  const { title, text } = WORDS[language];
  const percent = Math.round(done * 100);
  return `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta http-equiv="refresh" content="2"><title>${title}</title><style>
:root { color-scheme: light dark } body { margin: 0; min-height: 100vh; display: grid; place-items: center; font: 16px/1.55 system-ui, sans-serif; background: light-dark(#f7f5f2, #16181d); color: light-dark(#1f2430, #e9e7e3) }
main { width: min(30rem, calc(100vw - 3rem)) } h1 { font-size: 1.5rem; margin: 0 0 .5rem } p { margin: 0 0 1.5rem; color: light-dark(#565d6d, #a9adb8) }
progress { width: 100%; height: .6rem; accent-color: #d4572f } output { display: block; margin-top: .5rem; font-variant-numeric: tabular-nums }</style></head>
<body><main><h1>${title}</h1><p>${text}</p><progress max="100" value="${percent}" aria-label="${title}"></progress><output>${percent}${language === "fr" ? "\u00a0" : ""}%</output></main></body></html>`;
}

import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** A small shop on an origin of its own, whose pages carry what the product says to paste. */
export interface ShopPages {
  readonly url: string;
  end(): Promise<void>;
}

/** @param lines what is pasted into each page; an address without a page is empty, and has them not */
export async function openShopPages(lines: () => string): Promise<ShopPages> {
  const server: Server = createServer((request, response) => {
    const path = new URL(request.url ?? "/", "http://shop").pathname;
    const page = PAGES[path];
    response.writeHead(200, { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" });
    response.end(
      page === undefined
        ? ""
        : `<!doctype html><html lang="fr"><head><title>Fauvel ${path}</title>${lines()}</head><body>${page}</body></html>`,
    );
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve());
  });
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    end: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const PAN = `{ product_id: "pan-26", name: "Sauteuse", price: 59.9, currency: "EUR" }`;

const PAGES: Readonly<Record<string, string>> = {
  "/": `<h1>Boutique</h1><a href="/product">Sauteuse</a>
    <form data-relance-form="Newsletter" onsubmit="return false"><input type="email" data-relance="email" aria-label="E-mail"><input type="text" name="comment" aria-label="Mot"><button>S’inscrire</button></form>`,
  "/product": `<h1>Sauteuse</h1><script>relance("product", ${PAN})</script>
    <a href="/cart" onclick='relance("add", ${PAN})'>Ajouter au panier</a><button onclick='history.pushState({}, "", "/product?colour=red"); document.title = "Rouge"'>Rouge</button>`,
  "/cart": `<h1>Panier</h1><a href="/thanks">Commander</a>`,
  "/thanks": `<h1>Merci</h1><script>relance("order", { order_id: "A-1", total: 59.9, currency: "EUR", products: [${PAN}] })</script>`,
};

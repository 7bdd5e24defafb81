import { Button, CopyButton } from "@mantine/core";
import { useSession } from "../../app/session.tsx";
import { useWords } from "../../i18n/words.ts";
import { FollowForm } from "./follow.tsx";
import { sourceWords } from "./words.ts";

const STUB = "<script>window.relance=window.relance||function(){(relance.q=relance.q||[]).push(arguments)}</script>";

const CALLS = [
  [
    "product",
    `relance("product", { product_id: "pan-26", name: "Sauteuse 26 cm", price: 59.9, currency: "EUR",\n  category: "Cuisson", url: location.href, image_url: "https://www.shop.example/pan-26.jpg" })`,
  ],
  ["search", `relance("search", "sauteuse", { results: 12 })`],
  [
    "cart",
    `relance("add", { cart_id: "c-55120", product_id: "pan-26", price: 59.9, quantity: 1, cart_url: "https://www.shop.example/cart" })\nrelance("remove", { cart_id: "c-55120", product_id: "pan-26", quantity: 1 })`,
  ],
  [
    "checkout",
    `relance("checkout", { cart_id: "c-55120", value: 59.9, currency: "EUR", products: [{ product_id: "pan-26", price: 59.9, quantity: 1 }] })`,
  ],
  [
    "order",
    `relance("order", { order_id: "A-1042", cart_id: "c-55120", total: 64.8, currency: "EUR", products: [{ product_id: "pan-26", price: 59.9, quantity: 1 }] })`,
  ],
  ["identify", `relance("identify", "42", { email: "zoe@client.example", firstName: "Zoé" })`],
  ["form", `<form data-relance-form="Newsletter"> <input type="email" data-relance="email"> … </form>`],
  ["consent", `relance("consent", true)`],
] as const;

/** What to paste into the pages of a shop, what visitors must have agreed to, and what the pages may say. */
export function Install({ script }: { readonly script: string }) {
  const say = useWords(sourceWords);
  const { workspace } = useSession();
  return (
    <ol className="steps">
      <li>
        <h2>{say.paste}</h2>
        <p className="soft">{say.pasteText}</p>
        <Code text={`${STUB}\n<script async src="${script}"></script>`} />
      </li>
      <li>
        <h2>{say.open}</h2>
        <p className="soft">{say.openText}</p>
      </li>
      <li>
        <h2>{say.agree}</h2>
        <p className="soft">{say.agreeText}</p>
        {workspace && <FollowForm key={workspace.id} workspace={workspace} />}
      </li>
      <li>
        <h2>{say.tell}</h2>
        <p className="soft">{say.tellText}</p>
        {CALLS.map(([kind, text]) => (
          <div key={kind} className="say-more">
            <h3>{say.calls[kind]}</h3>
            <Code text={text} />
          </div>
        ))}
      </li>
    </ol>
  );
}

/** Code to copy. */
export function Code({ text }: { readonly text: string }) {
  const say = useWords(sourceWords);
  return (
    <div className="code">
      <pre tabIndex={0}>{text}</pre>
      <CopyButton value={text}>
        {({ copied, copy }) => (
          <Button size="compact-xs" variant="default" onClick={copy}>
            {copied ? say.copied : say.copy}
          </Button>
        )}
      </CopyButton>
    </div>
  );
}

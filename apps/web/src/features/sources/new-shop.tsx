import "./shops.css";
import "./sources.css";
import "../settings/settings.css";
import { Button, PasswordInput, Select, TextInput } from "@mantine/core";
import { listStores } from "@relance/contract/catalog";
import { addConnection, type Connection } from "@relance/contract/connectors";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState, type FormEvent } from "react";
import { ask, useChange } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useWords } from "../../i18n/words.ts";
import { Sheet } from "../../ui/page.tsx";
import { SourcesHead } from "./head.tsx";
import { freshSecret, KeyFields, keysOf, type ShopKind } from "./shop-keys.tsx";
import { Paste } from "./shop-paste.tsx";
import { shopWords } from "./shop-words.ts";

const KINDS: readonly ShopKind[] = ["shopify", "woocommerce", "prestashop", "magento"];

/** Connects a shop in three steps: which one, its keys, what to paste into it. */
export function NewShopPage() {
  const say = useWords(shopWords);
  const [kind, setKind] = useState<ShopKind | null>(null);
  const [made, setMade] = useState<{ readonly shop: Connection; readonly secret: string | null } | null>(null);
  const at = made ? 2 : kind ? 1 : 0;
  return (
    <>
      <SourcesHead shown="all" />
      <Sheet>
        <h1 style={{ marginBottom: 8 }}>{made ? made.shop.name : kind ? say.kinds[kind] : say.add}</h1>
        <ol className="shop-steps">
          {Object.values(say.steps).map((step, i) => (
            <li key={step} aria-current={i === at ? "step" : undefined}>
              {step}
            </li>
          ))}
        </ol>
        {kind === null && <Which choose={setKind} />}
        {kind !== null && made === null && <Keys kind={kind} back={() => setKind(null)} done={setMade} />}
        {made && (
          <>
            <Paste shop={made.shop} secret={made.secret} />
            <Button component={Link} to={`/sources/shops/${made.shop.id}`}>
              {say.done}
            </Button>
          </>
        )}
      </Sheet>
    </>
  );
}

function Which({ choose }: { readonly choose: (kind: ShopKind) => void }) {
  const say = useWords(shopWords);
  return (
    <>
      <h2 style={{ marginBottom: 12 }}>{say.which}</h2>
      <div className="kinds">
        {KINDS.map((kind) => (
          <button key={kind} type="button" onClick={() => choose(kind)}>
            <b>{say.kinds[kind]}</b>
            <span className="small soft">{say.kindTexts[kind]}</span>
          </button>
        ))}
      </div>
      <p style={{ marginTop: 20 }}>
        <Link to="/sources">{say.back}</Link>
      </p>
    </>
  );
}

function Keys({
  kind,
  back,
  done,
}: {
  readonly kind: ShopKind;
  readonly back: () => void;
  readonly done: (made: { shop: Connection; secret: string | null }) => void;
}) {
  const say = useWords(shopWords);
  const stores = useQuery(ask(listStores, {})).data?.items ?? [];
  const [store, setStore] = useState("");
  const [secret] = useState(freshSecret);
  const create = useChange(addConnection);
  const polled = kind === "prestashop" || kind === "magento";
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    const text = (name: string): string => (given.get(name) as string).trim();
    const access = keysOf(kind, given);
    const signing = kind === "shopify" ? text("secret") : secret;
    const body = {
      shop: kind,
      name: text("name"),
      domain: text("domain"),
      secret: signing,
      ...(access && { access }),
      ...(store === "" ? { country: text("country").toUpperCase() } : { store }),
    };
    create.mutate(
      { body: body as Parameters<typeof create.mutate>[0]["body"] },
      { onSuccess: (shop) => done({ shop, secret: kind === "shopify" ? null : secret }) },
    );
  };
  return (
    <form className="form" onSubmit={submit}>
      <div className="two">
        <TextInput name="name" label={say.name} description={say.nameHelp} required maxLength={100} />
        <TextInput
          name="domain"
          label={kind === "shopify" ? say.domain : say.address}
          description={kind === "shopify" ? "my-shop.myshopify.com" : "https://www.shop.example"}
          required
          {...(kind !== "shopify" && { type: "url" })}
        />
      </div>
      <div className="two">
        <Select
          label={say.store}
          description={say.storeHelp}
          allowDeselect={false}
          value={store}
          onChange={(value) => setStore(value ?? "")}
          data={[{ value: "", label: say.newStore }, ...stores.map((one) => ({ value: one.code, label: one.name }))]}
        />
        {store === "" && (
          <TextInput
            name="country"
            label={say.country}
            description="FR, BE, CA…"
            required
            maxLength={2}
            pattern="[A-Za-z]{2}"
            defaultValue="FR"
          />
        )}
      </div>
      <section className="stack">
        {Object.values(say.where[kind]).map((line) => (
          <p key={line} className="soft">
            {line}
          </p>
        ))}
        <KeyFields shop={kind} required={polled} />
        {!polled && <p className="small soft">{say.optional}</p>}
        {kind === "shopify" && (
          <PasswordInput name="secret" label={say.signing} required minLength={8} maxLength={500} autoComplete="off" />
        )}
      </section>
      <RefusalNote error={create.error} />
      <div className="row">
        <Button type="submit" loading={create.isPending}>
          {say.next}
        </Button>
        <Button variant="default" onClick={back}>
          {say.cancel}
        </Button>
      </div>
    </form>
  );
}

import { Button, NativeSelect, Textarea, TextInput } from "@mantine/core";
import { ApiError } from "@relance/contract/client";
import { putProducts, type ProductDetail, type ProductInput } from "@relance/contract/catalog";
import { listCategories } from "@relance/contract/categories";
import { useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import { ask, useChange } from "../../api/client.ts";
import { useRefusal } from "../../api/refusal.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useLanguage } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { catalogWords } from "./words.ts";

interface Text {
  readonly name: string;
  readonly description: string;
  readonly url: string;
  readonly imageUrl: string;
}
interface Values {
  readonly externalId: string;
  readonly name: string;
  readonly sku: string;
  readonly brand: string;
  readonly category: string;
  readonly texts: Readonly<Record<string, Text>>;
}
const NO_TEXT: Text = { name: "", description: "", url: "", imageUrl: "" };

/** The sheet of a product; without one, a new product. A refusal stands under the field it names. */
export function ProductDialog({ product, close }: { readonly product: ProductDetail | null; readonly close: () => void }) {
  const say = useWords(catalogWords);
  const { language } = useLanguage();
  const form = useId();
  const put = useChange(putProducts);
  const word = useRefusal();
  const categories = useQuery(ask(listCategories, {})).data?.items ?? [];
  const [values, setValues] = useState(() => valuesOf(product));
  const field = put.error instanceof ApiError ? (put.error.field ?? put.error.problems[0]?.field ?? null) : null;
  const refused = (name: string): string | null => (field?.endsWith(`.${name}`) ? word(put.error) : null);
  const set = (more: Partial<Values>): void => {
    put.reset();
    setValues({ ...values, ...more });
  };
  const text = (key: keyof Omit<Values, "texts">, label: string, more: { required?: boolean; description?: string } = {}) => (
    <TextInput
      label={label}
      {...more}
      maxLength={500}
      value={values[key]}
      error={refused(key)}
      onChange={(event) => set({ [key]: event.currentTarget.value })}
    />
  );
  return (
    <Dialog
      wide
      title={product ? say.edit : say.add.product}
      close={close}
      closeWord={say.cancel}
      foot={
        <>
          <Button variant="default" onClick={close}>
            {say.cancel}
          </Button>
          <Button type="submit" form={form} loading={put.isPending}>
            {say.save}
          </Button>
        </>
      }
    >
      <form
        id={form}
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          put.mutate({ body: { products: [newsOf(values)] } }, { onSuccess: close });
        }}
      >
        <div className="two-fields">
          {text("name", say.name, { required: true })}
          {product === null ? text("externalId", say.id, { required: true, description: say.idHelp }) : text("sku", say.sku)}
          {product === null && text("sku", say.sku)}
          {text("brand", say.brand)}
          <NativeSelect
            label={say.category}
            value={values.category}
            onChange={(event) => set({ category: event.currentTarget.value })}
            data={[
              { value: "", label: say.none },
              ...categories.map((one) => ({ value: one.externalId, label: one.names[language] ?? one.externalId })),
            ]}
          />
        </div>
        <Texts texts={values.texts} onChange={(texts) => set({ texts })} />
        {!["name", "externalId", "sku", "brand"].some((one) => refused(one) !== null) && <RefusalNote error={put.error} />}
      </form>
    </Dialog>
  );
}

function Texts({ texts, onChange }: { readonly texts: Values["texts"]; readonly onChange: (texts: Values["texts"]) => void }) {
  const say = useWords(catalogWords);
  const [more, setMore] = useState("");
  const set = (language: string, part: Partial<Text>): void =>
    onChange({ ...texts, [language]: { ...NO_TEXT, ...texts[language], ...part } });
  return (
    <>
      {Object.entries(texts).map(([language, one]) => (
        <fieldset key={language} className="fieldset stack">
          <legend>
            {say.texts} ({language})
          </legend>
          <TextInput
            label={say.name}
            maxLength={500}
            value={one.name}
            onChange={(event) => set(language, { name: event.currentTarget.value })}
          />
          <Textarea
            label={say.description}
            autosize
            minRows={2}
            maxRows={6}
            maxLength={20_000}
            value={one.description}
            onChange={(event) => set(language, { description: event.currentTarget.value })}
          />
          <div className="two-fields">
            <TextInput
              type="url"
              label={say.link}
              value={one.url}
              onChange={(event) => set(language, { url: event.currentTarget.value })}
            />
            <TextInput
              type="url"
              label={say.image}
              value={one.imageUrl}
              onChange={(event) => set(language, { imageUrl: event.currentTarget.value })}
            />
          </div>
        </fieldset>
      ))}
      <div className="row" style={{ alignItems: "flex-end" }}>
        <TextInput
          label={say.addLanguage}
          description={say.languageHelp}
          maxLength={2}
          value={more}
          onChange={(event) => setMore(event.currentTarget.value.toLowerCase())}
        />
        <Button
          variant="default"
          disabled={!/^[a-z]{2}$/.test(more) || more in texts}
          onClick={() => {
            set(more, {});
            setMore("");
          }}
        >
          {say.addLanguage}
        </Button>
      </div>
    </>
  );
}

function valuesOf(product: ProductDetail | null): Values {
  if (!product) return { externalId: "", name: "", sku: "", brand: "", category: "", texts: {} };
  const texts = Object.fromEntries(
    product.translations.map((one) => [
      one.language,
      { name: one.name, description: one.description ?? "", url: one.url ?? "", imageUrl: one.imageUrl ?? "" },
    ]),
  );
  return {
    externalId: product.externalId,
    name: product.name,
    sku: product.sku ?? "",
    brand: product.brand ?? "",
    category: product.categoryExternalId ?? "",
    texts,
  };
}

function newsOf({ externalId, name, sku, brand, category, texts }: Values): ProductInput {
  const set = (value: string): string | null => value.trim() || null;
  const translations = Object.entries(texts).map(([language, one]) => ({
    language,
    name: one.name.trim() || name,
    description: set(one.description),
    url: set(one.url),
    imageUrl: set(one.imageUrl),
  }));
  return {
    externalId,
    name,
    sku: set(sku),
    brand: set(brand),
    category: category === "" ? null : { externalId: category },
    ...(translations.length > 0 && { translations }),
  };
}

import "./catalog.css";
import { Button } from "@mantine/core";
import { getProduct, putProducts, type ProductDetail } from "@relance/contract/catalog";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { ask, useChange } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useFormats, useLanguage } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { useNow } from "../../ui/now.ts";
import { Head, Part, Sheet, Waiting } from "../../ui/page.tsx";
import { Status } from "../../ui/status.tsx";
import { History } from "./history.tsx";
import { Offers } from "./offers.tsx";
import { ProductDialog } from "./product-form.tsx";
import { optionsText, Tile, useMayChange, useSource } from "./shared.tsx";
import { useSyncOf } from "../sources/sync-source.ts";
import { catalogWords } from "./words.ts";

export function ProductPage() {
  const { language } = useLanguage();
  const say = useWords(catalogWords);
  const { product: id } = useParams({ from: "/inside/catalog/products/$product" });
  const { data, error } = useQuery(ask(getProduct, { params: { id } }));
  const may = useMayChange();
  const put = useChange(putProducts);
  const [editing, setEditing] = useState(false);
  const archive = (archived: boolean): void =>
    put.mutate({ body: { products: [{ externalId: data!.externalId, name: data!.name, archived }] } });
  const actions = may && data && (
    <>
      <Button variant="default" loading={put.isPending} onClick={() => archive(!data.archived)}>
        {data.archived ? say.restore : say.archive}
      </Button>
      <Button onClick={() => setEditing(true)}>{say.edit}</Button>
    </>
  );
  return (
    <>
      <Head
        title={data ? (data.translations.find((one) => one.language === language)?.name ?? data.name) : "…"}
        note={<Link to="/catalog">{say.back}</Link>}
        actions={actions}
      />
      {editing && data && <ProductDialog product={data} close={() => setEditing(false)} />}
      <Sheet
        margin={
          data && (
            <>
              <Facts product={data} />
              <History kind="product" object={data.id} />
            </>
          )
        }
      >
        <Link to="/catalog" className="small catalog-back">
          {say.back}
        </Link>
        <RefusalNote error={error ?? put.error} />
        {!data && !error && <Waiting lines={8} />}
        {data && (
          <>
            <Title product={data} />
            <Offers product={data} />
            <Texts product={data} />
            <Variants product={data} />
            <Attributes product={data} />
          </>
        )}
      </Sheet>
    </>
  );
}

function Title({ product }: { readonly product: ProductDetail }) {
  const say = useWords(catalogWords);
  return (
    <div className="named">
      <Tile name={product.name} />
      <div className="soft">
        {[product.category, product.brand, product.sku].filter((part) => part !== null).join("\u2004·\u2004") || product.externalId}
      </div>
      {product.archived && <Status kind="done" word={say.archived} />}
    </div>
  );
}

function Facts({ product }: { readonly product: ProductDetail }) {
  const say = useWords(catalogWords);
  const { moment, day, ago } = useFormats();
  const now = useNow();
  const source = useSource();
  const readAt = useSyncOf()(product.source)?.succeededAt;
  return (
    <section>
      <dl className="facts">
        <dt>{say.id}</dt>
        <dd className="mono">{product.externalId}</dd>
        <dt>{say.source}</dt>
        <dd>
          {source(product.source)}
          {readAt != null && <div className="tiny faint">{say.readAt(ago(readAt, now))}</div>}
        </dd>
        <dt>{say.updated}</dt>
        <dd>{moment(product.updatedAt, now)}</dd>
        <dt>{say.created}</dt>
        <dd>{day(product.createdAt)}</dd>
      </dl>
    </section>
  );
}

function Texts({ product }: { readonly product: ProductDetail }) {
  const say = useWords(catalogWords);
  return (
    <Part title={say.texts}>
      {product.translations.length === 0 && (
        <p className="soft small" style={{ paddingTop: 10 }}>
          {say.noTexts}
        </p>
      )}
      {product.translations.length > 0 && (
        <table className="plain">
          <tbody>
            {product.translations.map((one) => (
              <tr key={one.language}>
                <td className="faint" style={{ width: 40, verticalAlign: "top" }}>
                  {one.language}
                </td>
                <td>
                  <b>{one.name}</b>
                  {one.description !== null && <div className="small soft">{one.description}</div>}
                  <div className="small row wrap" style={{ gap: 16 }}>
                    {one.url !== null && (
                      <a href={one.url} target="_blank" rel="noreferrer">
                        {say.link}
                      </a>
                    )}
                    {one.imageUrl !== null && (
                      <a href={one.imageUrl} target="_blank" rel="noreferrer">
                        {say.image}
                      </a>
                    )}
                  </div>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Part>
  );
}

function Variants({ product }: { readonly product: ProductDetail }) {
  const say = useWords(catalogWords);
  return (
    <Part title={say.variants}>
      {product.variants.length === 0 && (
        <p className="soft small" style={{ paddingTop: 10 }}>
          {say.noVariants}
        </p>
      )}
      {product.variants.length > 0 && (
        <table className="plain">
          <thead>
            <tr>
              <th>{say.options}</th>
              <th className="wide">{say.sku}</th>
              <th>{say.shownBy}</th>
            </tr>
          </thead>
          <tbody>
            {product.variants.map((one) => (
              <tr key={one.id}>
                <td>
                  <b>{optionsText(one.options) || one.externalId}</b>
                  {Object.entries(one.attributes).map(([name, value]) => (
                    <div key={name} className="small soft" style={{ overflowWrap: "anywhere" }}>
                      <span className="faint">{name}</span> {attributeText(value)}
                    </div>
                  ))}
                </td>
                <td className="wide mono">{one.sku ?? one.externalId}</td>
                <td>
                  {one.shownBy === null ? (
                    <span className="faint">{say.noImage}</span>
                  ) : (
                    <a href={one.shownBy} target="_blank" rel="noreferrer">
                      {fileOf(one.shownBy)}
                    </a>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {product.images.length > 0 && (
        <ul className="small" style={{ margin: "12px 0 0", paddingLeft: 18 }}>
          {product.images.map((one) => (
            <li key={one.url}>
              <a href={one.url} target="_blank" rel="noreferrer">
                {fileOf(one.url)}
              </a>{" "}
              <span className="faint">{Object.keys(one.options).length === 0 ? say.imageAll : say.imageOf(optionsText(one.options))}</span>
            </li>
          ))}
        </ul>
      )}
    </Part>
  );
}

const fileOf = (url: string): string => decodeURIComponent(url.split("?")[0]!.split("/").at(-1) || url);

/** A value as people read it; a list by its parts. */
const attributeText = (value: unknown): string =>
  Array.isArray(value) ? value.map(attributeText).join(", ") : typeof value === "string" ? value : JSON.stringify(value);

function Attributes({ product }: { readonly product: ProductDetail }) {
  const say = useWords(catalogWords);
  const rows = Object.entries(product.attributes);
  if (rows.length === 0) return null;
  return (
    <Part title={say.attributes}>
      <dl className="facts" style={{ paddingTop: 10 }}>
        {rows.map(([name, value]) => [<dt key={name}>{name}</dt>, <dd key={`${name} value`}>{attributeText(value)}</dd>])}
      </dl>
    </Part>
  );
}

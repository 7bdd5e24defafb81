import { Button, NativeSelect, TextInput } from "@mantine/core";
import { listProducts, type ProductRow } from "@relance/contract/catalog";
import { listCategories } from "@relance/contract/categories";
import { IconPlus, IconSearch } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { ask, askPages } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useFormats, useLanguage } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { Empty, Waiting } from "../../ui/page.tsx";
import { Frame } from "./frame.tsx";
import { ProductDialog } from "./product-form.tsx";
import { Fresh, More, Named, NothingFound, useMayChange } from "./shared.tsx";
import { catalogWords } from "./words.ts";

export function Products() {
  const say = useWords(catalogWords);
  const { language } = useLanguage();
  const { number } = useFormats();
  const may = useMayChange();
  const [adding, setAdding] = useState(false);
  const [search, setSearch] = useState("");
  const [category, setCategory] = useState("");
  const [archived, setArchived] = useState<"true" | "false">("false");
  const categories = useQuery(ask(listCategories, {})).data?.items ?? [];
  const list = useInfiniteQuery(
    askPages(listProducts, (after) => ({
      query: {
        limit: 50,
        archived,
        language,
        ...(search.trim() !== "" && { search: search.trim() }),
        ...(category !== "" && { category }),
        ...(after !== undefined && { after }),
      },
    })),
  );
  const rows = list.data?.pages.flatMap((one) => one.items);
  const total = list.data?.pages[0]?.total;
  const clear = (): void => {
    setSearch("");
    setCategory("");
    setArchived("false");
  };
  const actions = may && (
    <Button leftSection={<IconPlus size={16} stroke={1.5} />} onClick={() => setAdding(true)}>
      {say.add.product}
    </Button>
  );
  return (
    <Frame part="products" note={total === undefined ? undefined : say.products(total, number(total))} actions={actions}>
      {adding && <ProductDialog product={null} close={() => setAdding(false)} />}
      <RefusalNote error={list.error} />
      {!rows && !list.error && <Waiting lines={8} />}
      {total === 0 && (
        <Empty title={say.noProducts} text={say.noProductsText}>
          <Link to="/imports">{say.toImports}</Link>
          <Link to="/settings/$part" params={{ part: "keys" }}>
            {say.toConnect}
          </Link>
        </Empty>
      )}
      {rows && total !== 0 && (
        <>
          <div className="catalog-filters">
            <TextInput
              type="search"
              aria-label={say.find}
              placeholder={say.find}
              leftSection={<IconSearch size={16} stroke={1.5} />}
              value={search}
              onChange={(event) => setSearch(event.currentTarget.value)}
            />
            {categories.length > 0 && (
              <NativeSelect
                aria-label={say.category}
                value={category}
                onChange={(event) => setCategory(event.currentTarget.value)}
                data={[
                  { value: "", label: say.all },
                  ...categories.map((one) => ({ value: one.id, label: one.names[language] ?? one.externalId })),
                ]}
              />
            )}
            <NativeSelect
              aria-label={say.state}
              value={archived}
              onChange={(event) => setArchived(event.currentTarget.value as "true" | "false")}
              data={[
                { value: "false", label: say.current },
                { value: "true", label: say.archivedOnly },
              ]}
            />
          </div>
          {rows.length === 0 ? <NothingFound clear={clear} /> : <Rows rows={rows} />}
          <More list={list} />
        </>
      )}
    </Frame>
  );
}

function Rows({ rows }: { readonly rows: readonly ProductRow[] }) {
  const say = useWords(catalogWords);
  const { money } = useFormats();
  return (
    <table className="plain">
      <thead>
        <tr>
          <th>{say.name}</th>
          <th className="wide">{say.category}</th>
          <th className="wide">{say.source}</th>
          <th className="right">{say.price}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((one) => (
          <tr key={one.id}>
            <td>
              <Named name={one.name} note={[one.sku ?? one.externalId, one.brand].filter((part) => part !== null).join(", ")}>
                <Link to="/catalog/products/$product" params={{ product: one.id }}>
                  <b>{one.name}</b>
                </Link>
              </Named>
            </td>
            <td className="wide">{one.category ?? "—"}</td>
            <td className="wide">
              <Fresh {...one} />
            </td>
            <td className="right">{one.price === null ? "—" : one.currency === null ? one.price : money(one.price, one.currency)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

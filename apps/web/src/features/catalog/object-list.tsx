import "./catalog.css";
import { Button, TextInput } from "@mantine/core";
import { listObjects, listObjectTypes, type ObjectTypeRow } from "@relance/contract/objects";
import { IconPlus, IconSearch } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { ask, askPages } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useFormats, useLanguage } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { Empty, Head, Sheet, Waiting } from "../../ui/page.tsx";
import { ObjectDialog } from "./object-form.tsx";
import { useFieldText } from "./object-text.ts";
import { objectWords } from "./object-words.ts";
import { Fresh, More, useMayChange } from "./shared.tsx";

/** The objects of one type, the last changed first. */
export function ObjectsPage() {
  const { type: key } = useParams({ from: "/inside/catalog/objects/$type" });
  const { data, error } = useQuery(ask(listObjectTypes, {}));
  const type = data?.items.find((one) => one.key === key);
  return type ? (
    <Listing type={type} />
  ) : (
    <Sheet>
      <RefusalNote error={error} />
      {!data && <Waiting />}
    </Sheet>
  );
}

function Listing({ type }: { readonly type: ObjectTypeRow }) {
  const say = useWords(objectWords);
  const { language } = useLanguage();
  const { number } = useFormats();
  const may = useMayChange();
  const textOf = useFieldText();
  const [search, setSearch] = useState("");
  const [open, setOpen] = useState<string | null>(null);
  const list = useInfiniteQuery(
    askPages(listObjects, (after) => ({
      query: { limit: 50, type: type.key, ...(search.trim() !== "" && { search: search.trim() }), ...(after !== undefined && { after }) },
    })),
  );
  const rows = list.data?.pages.flatMap((one) => one.items);
  const shown = type.fields.slice(0, 3);
  const many = type.names.many[language];
  return (
    <>
      <Head
        title={many}
        note={
          <>
            <Link to="/catalog/$part" params={{ part: "objects" }}>
              {say.back}
            </Link>
            {"\u2004·\u2004"}
            {number(type.objects)}
          </>
        }
        actions={
          may && (
            <Button leftSection={<IconPlus size={16} stroke={1.5} />} onClick={() => setOpen("new")}>
              {say.addOne}
            </Button>
          )
        }
      />
      <Sheet>
        <Link to="/catalog/$part" params={{ part: "objects" }} className="small catalog-back">
          {say.back}
        </Link>
        <RefusalNote error={list.error} />
        {!rows && !list.error && <Waiting lines={6} />}
        {rows && type.objects === 0 && <Empty title={say.no(many.toLocaleLowerCase(language))} text={say.noText} />}
        {rows && type.objects > 0 && (
          <div className="catalog-filters">
            <TextInput
              type="search"
              aria-label={say.find}
              placeholder={say.find}
              leftSection={<IconSearch size={16} stroke={1.5} />}
              value={search}
              onChange={(event) => setSearch(event.currentTarget.value)}
            />
          </div>
        )}
        {rows && type.objects > 0 && rows.length === 0 && <p className="soft">{say.nothing}</p>}
        {rows && rows.length > 0 && (
          <table className="plain">
            <thead>
              <tr>
                <th>{say.id}</th>
                <th>{say.contact}</th>
                {shown.map((field) => (
                  <th key={field.key} className="wide">
                    {field.names[language]}
                  </th>
                ))}
                <th className="right wide">{say.source}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((one) => (
                <tr key={one.id}>
                  <td>
                    <button type="button" className="link-button" onClick={() => setOpen(one.id)}>
                      <b>{one.externalId}</b>
                    </button>
                  </td>
                  <td>
                    <Link to="/contacts/$contact" params={{ contact: one.contact }}>
                      {one.contactName || say.unnamed}
                    </Link>
                  </td>
                  {shown.map((field) => (
                    <td key={field.key} className="wide">
                      {textOf(field, one.fields[field.key])}
                    </td>
                  ))}
                  <td className="right wide">
                    <Fresh {...one} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        <More list={list} />
      </Sheet>
      {open !== null && <ObjectDialog key={open} type={type} id={open === "new" ? null : open} close={() => setOpen(null)} />}
    </>
  );
}

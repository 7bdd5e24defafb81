import { listObjects, listObjectTypes, type ObjectRow } from "@relance/contract/objects";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ask } from "../../api/client.ts";
import { useLanguage } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { ObjectDialog } from "./object-form.tsx";
import { useFieldText } from "./object-text.ts";
import { objectWords } from "./object-words.ts";

/** What a contact has: each object by its type, with its first fields; nothing where no type is declared. */
export function ContactObjects({ contact }: { readonly contact: string }) {
  const say = useWords(objectWords);
  const { language } = useLanguage();
  const textOf = useFieldText();
  const types = useQuery(ask(listObjectTypes, {})).data?.items ?? [];
  const [open, setOpen] = useState<ObjectRow | null>(null);
  const rows = useQuery({ ...ask(listObjects, { query: { contact, limit: 50 } }), enabled: types.length > 0 }).data?.items ?? [];
  const of = (row: ObjectRow) => types.find((one) => one.key === row.type);
  if (rows.length === 0) return null;
  return (
    <section>
      <h3>{say.ofContact}</h3>
      {rows.map((row) => {
        const type = of(row);
        if (!type) return null;
        return (
          <div key={row.id} className="small" style={{ padding: "2px 0" }}>
            <button type="button" className="link-button" onClick={() => setOpen(row)}>
              {type.names.one[language]} {row.externalId}
            </button>
            <div className="tiny faint">
              {type.fields
                .slice(0, 2)
                .filter((field) => row.fields[field.key] !== undefined)
                .map((field) => `${field.names[language]} : ${textOf(field, row.fields[field.key])}`)
                .join(", ")}
            </div>
          </div>
        );
      })}
      {open && of(open) && <ObjectDialog type={of(open)!} id={open.id} close={() => setOpen(null)} />}
    </section>
  );
}

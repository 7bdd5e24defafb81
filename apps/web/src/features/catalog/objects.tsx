import { Button } from "@mantine/core";
import { listObjectTypes, type ObjectTypeRow } from "@relance/contract/objects";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { ask } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useFormats, useLanguage } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { Empty, Waiting } from "../../ui/page.tsx";
import { Frame } from "./frame.tsx";
import { objectWords } from "./object-words.ts";
import { Named, useMayChange } from "./shared.tsx";
import { TypeDialog } from "./type-form.tsx";

/** Types of objects contacts may have; each leads to its objects. */
export function Objects() {
  const say = useWords(objectWords);
  const { language } = useLanguage();
  const { number } = useFormats();
  const may = useMayChange();
  const [open, setOpen] = useState<ObjectTypeRow | "new" | null>(null);
  const { data, error } = useQuery(ask(listObjectTypes, {}));
  return (
    <Frame
      part="objects"
      actions={
        may && (
          <Button leftSection={<IconPlus size={16} stroke={1.5} />} onClick={() => setOpen("new")}>
            {say.add}
          </Button>
        )
      }
    >
      <RefusalNote error={error} />
      {!data && !error && <Waiting lines={4} />}
      {data?.items.length === 0 && <Empty title={say.none} text={say.noneText} />}
      {data && data.items.length > 0 && (
        <table className="plain">
          <thead>
            <tr>
              <th>{say.name}</th>
              <th className="wide">{say.fields}</th>
              <th className="wide">{say.event}</th>
              <th className="right">{say.count}</th>
              <th />
            </tr>
          </thead>
          <tbody>
            {data.items.map((one) => (
              <tr key={one.id}>
                <td>
                  <Named name={one.names.many[language]} note={one.key}>
                    <Link to="/catalog/objects/$type" params={{ type: one.key }}>
                      <b>{one.names.many[language]}</b>
                    </Link>
                  </Named>
                </td>
                <td className="wide small">{one.fields.map((field) => field.names[language]).join(", ")}</td>
                <td className="wide mono">{one.event}</td>
                <td className="right">{number(one.objects)}</td>
                <td className="right">
                  {may && (
                    <Button size="compact-sm" variant="subtle" onClick={() => setOpen(one)}>
                      {say.edit}
                    </Button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {open !== null && (
        <TypeDialog key={open === "new" ? "new" : open.id} type={open === "new" ? null : open} close={() => setOpen(null)} />
      )}
    </Frame>
  );
}

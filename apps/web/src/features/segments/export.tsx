import { Button, Checkbox } from "@mantine/core";
import { exportMembers } from "@relance/contract/segments";
import { useState } from "react";
import { api } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useWords } from "../../i18n/words.ts";
import { keepFile } from "../../ui/keep-file.ts";
import { exportWords } from "./export-words.ts";
import { segmentWords } from "./words.ts";

const OFFERED = [
  "external_id",
  "email",
  "phone",
  "first_name",
  "last_name",
  "locale",
  "country",
  "postal_code",
  "city",
  "birth_date",
  "entered_at",
] as const;

/** Downloads the members as a CSV file with the columns ticked. */
export function Export({ segment, name }: { readonly segment: string; readonly name: string }) {
  const say = useWords(exportWords);
  const { fields } = useWords(segmentWords);
  const [ticked, setTicked] = useState<readonly string[]>(["email", "first_name", "last_name"]);
  const [state, setState] = useState<{ busy: boolean; error: unknown }>({ busy: false, error: null });
  const word = (column: (typeof OFFERED)[number]): string => (column === "entered_at" ? say.entered : fields[column]);
  const save = async (): Promise<void> => {
    setState({ busy: true, error: null });
    try {
      const text = await api.call(exportMembers, {
        params: { id: segment },
        body: { columns: OFFERED.filter((column) => ticked.includes(column)) },
      });
      keepFile(`${name || "segment"}.csv`, [text], "text/csv");
      setState({ busy: false, error: null });
    } catch (error) {
      setState({ busy: false, error });
    }
  };
  return (
    <details className="small export-members">
      <summary>
        <h3>{say.title}</h3>
      </summary>
      <p className="small soft">{say.help}</p>
      <div className="stack" role="group" aria-label={say.columns}>
        {OFFERED.map((column) => (
          <Checkbox
            key={column}
            size="sm"
            label={word(column)}
            checked={ticked.includes(column)}
            onChange={(event) => setTicked(event.currentTarget.checked ? [...ticked, column] : ticked.filter((one) => one !== column))}
          />
        ))}
      </div>
      <RefusalNote error={state.error} />
      <Button size="xs" variant="default" mt={8} disabled={ticked.length === 0} loading={state.busy} onClick={() => void save()}>
        {say.save}
      </Button>
    </details>
  );
}

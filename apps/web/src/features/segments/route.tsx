import { Button } from "@mantine/core";
import { listSegments } from "@relance/contract/segments";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { ask } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useFormats, useLanguage } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { Empty, Head, Sheet, Waiting } from "../../ui/page.tsx";
import { Status } from "../../ui/status.tsx";
import { sqlWords } from "./sql-words.ts";
import { segmentWords } from "./words.ts";

export function SegmentsPage() {
  const say = useWords(segmentWords);
  const inSql = useWords(sqlWords);
  const { language } = useLanguage();
  const { number } = useFormats();
  const navigate = useNavigate();
  const { data, error } = useQuery(ask(listSegments, {}, true));
  return (
    <>
      <Head
        title={say.title}
        actions={
          <>
            <Button variant="default" onClick={() => void navigate({ to: "/segments/new-sql" })}>
              {inSql.create}
            </Button>
            <Button onClick={() => void navigate({ to: "/segments/new" })}>{say.create}</Button>
          </>
        }
      />
      <Sheet>
        <RefusalNote error={error} />
        {!data && !error && <Waiting />}
        {data?.items.length === 0 && (
          <Empty title={say.none} text={say.noneText}>
            <Link to="/imports">{say.toImports}</Link>
          </Empty>
        )}
        {data && data.items.length > 0 && (
          <table className="plain">
            <thead>
              <tr>
                <th>{say.name}</th>
                <th>{say.state}</th>
                <th className="right">{say.members}</th>
              </tr>
            </thead>
            <tbody>
              {data.items.map((one) => (
                <tr key={one.id}>
                  <td>
                    <b>
                      <Link to="/segments/$segment" params={{ segment: one.id }} style={{ color: "inherit" }}>
                        {one.name}
                      </Link>
                    </b>
                    <div className="small soft">{one.sentence[language].map((piece) => piece.text).join("")}</div>
                  </td>
                  <td>
                    <Status kind={one.state === "live" ? "live" : one.state === "building" ? "info" : "done"} word={say[one.state]} />
                  </td>
                  <td className="right">{number(one.members)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </Sheet>
    </>
  );
}

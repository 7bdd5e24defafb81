import { Button, SegmentedControl } from "@mantine/core";
import { createForm, listForms, type FormNumbers } from "@relance/contract/forms";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { ask, useChange } from "../../api/client.ts";
import { ContentTabs } from "../../app/content-tabs.tsx";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useFormats } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { Empty, Head, Sheet, Waiting } from "../../ui/page.tsx";
import { Status } from "../../ui/status.tsx";
import { formWords } from "./words.ts";

export function FormsPage() {
  const say = useWords(formWords);
  const { number } = useFormats();
  const [archived, setArchived] = useState(false);
  const { data, error } = useQuery(ask(listForms, { query: { archived: archived ? ("true" as const) : ("false" as const) } }));
  const items = data?.items;
  return (
    <>
      <Head title={say.tabs} actions={archived || (items && items.length > 0) ? <Start /> : undefined} />
      <ContentTabs />
      <Sheet>
        <RefusalNote error={error} />
        <SegmentedControl
          size="xs"
          style={{ marginBottom: 12 }}
          value={archived ? "archived" : "current"}
          onChange={(value) => setArchived(value === "archived")}
          data={[
            { value: "current", label: say.current },
            { value: "archived", label: say.archivedOnes },
          ]}
        />
        {!items && !error && <Waiting />}
        {items?.length === 0 &&
          (archived ? (
            <Empty title={say.noArchived} text={say.noArchivedText} />
          ) : (
            <Empty title={say.none} text={say.noneText}>
              <Start />
            </Empty>
          ))}
        {items && items.length > 0 && (
          <table className="plain">
            <thead>
              <tr>
                <th>{say.name}</th>
                <th>{say.state}</th>
                <th className="right wide">{say.seen}</th>
                <th className="right wide">{say.submitted}</th>
                <th className="right">{say.confirmed}</th>
              </tr>
            </thead>
            <tbody>
              {items.map((one) => (
                <tr key={one.id}>
                  <td>
                    <Link to="/forms/$form" params={{ form: one.id }}>
                      <b>{one.name}</b>
                    </Link>
                  </td>
                  <td>
                    <Status
                      kind={one.archivedAt !== null ? "done" : one.liveVersion === null ? "draft" : "live"}
                      word={
                        one.archivedAt !== null
                          ? say.archivedState
                          : one.liveVersion === null
                            ? say.draft
                            : say.live(String(one.liveVersion))
                      }
                    />
                    {one.changedSincePublished && <div className="tiny faint">{say.since}</div>}
                  </td>
                  <td className="right wide">{number(one.numbers.seen)}</td>
                  <td className="right wide">{number(one.numbers.submitted)}</td>
                  <td className="right">
                    {number(one.numbers.confirmed)}
                    <ConfirmedShare numbers={one.numbers} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </Sheet>
    </>
  );
}

export function ConfirmedShare({ numbers }: { readonly numbers: FormNumbers }) {
  const say = useWords(formWords);
  const { number } = useFormats();
  return numbers.submitted === 0 ? null : (
    <div className="tiny faint">{say.rate(number(Math.round((100 * numbers.confirmed) / numbers.submitted)))}</div>
  );
}

function Start() {
  const say = useWords(formWords);
  const create = useChange(createForm);
  const navigate = useNavigate();
  // The first form takes away the place this button stood in: a callback given to `mutate` would go with it.
  const make = (): void => {
    create.mutateAsync({ body: { name: say.untitled } }).then(
      ({ id }) => navigate({ to: "/forms/$form", params: { form: id } }),
      () => undefined,
    );
  };
  return (
    <>
      <Button loading={create.isPending} onClick={make}>
        {say.start}
      </Button>
      <RefusalNote error={create.error} />
    </>
  );
}

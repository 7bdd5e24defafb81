import { Button } from "@mantine/core";
import { listSubmissions, type FormBody } from "@relance/contract/forms";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { askPages } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useFormats } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { useNow } from "../../ui/now.ts";
import { Status } from "../../ui/status.tsx";
import { ConfirmedShare } from "./route.tsx";
import { formWords } from "./words.ts";

const STATES = { pending: "review", confirmed: "live", expired: "done" } as const;
const COUNTED = ["seen", "submitted", "confirmed", "robots"] as const;

export function Numbers({ form }: { readonly form: FormBody }) {
  const say = useWords(formWords);
  const { number } = useFormats();
  return (
    <dl className="form-numbers">
      {COUNTED.map((one) => (
        <div key={one}>
          <dt>{say[one]}</dt>
          <dd>
            {number(form.numbers[one])}
            {one === "confirmed" && <ConfirmedShare numbers={form.numbers} />}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** Who sent the form, newest first. */
export function Sendings({ form }: { readonly form: string }) {
  const say = useWords(formWords);
  const { moment } = useFormats();
  const now = useNow();
  const list = useInfiniteQuery(
    askPages(listSubmissions, (after) => ({ params: { id: form }, query: { limit: 20, ...(after !== undefined && { after }) } })),
  );
  const items = list.data?.pages.flatMap((one) => one.items);
  return (
    <section aria-label={say.sendings}>
      <h2>{say.sendings}</h2>
      <RefusalNote error={list.error} />
      {items?.length === 0 && <p className="small soft">{say.nobody}</p>}
      {items && items.length > 0 && (
        <table className="plain">
          <tbody>
            {items.map((one) => (
              <tr key={one.id}>
                <td>
                  <Link to="/contacts/$contact" params={{ contact: one.contact }}>
                    {one.address ?? say.forgotten}
                  </Link>
                  <div className="tiny faint">
                    {[
                      one.page,
                      one.consents
                        .map((consent) => say.channels[consent.channel as keyof typeof say.channels] ?? consent.channel)
                        .join(", "),
                    ]
                      .filter(Boolean)
                      .join(" · ")}
                  </div>
                </td>
                <td>
                  <Status kind={STATES[one.state]} word={say.states[one.state]} />
                </td>
                <td className="right small">{moment(one.submittedAt, now)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {list.hasNextPage && (
        <Button variant="subtle" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {say.moreRows}
        </Button>
      )}
    </section>
  );
}

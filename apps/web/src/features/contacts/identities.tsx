import type { ContactProfile } from "@relance/contract/contacts";
import { Link } from "@tanstack/react-router";
import { useFormats } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { useReadinessNames } from "../readiness/names.ts";
import { conflictWords } from "./conflict-words.ts";
import { Merges } from "./separate.tsx";

const SHOWN = 12;

/** By what a contact is known, which records became one with it and by what evidence, and what waits for a decision. */
export function Identities({ contact }: { readonly contact: ContactProfile }) {
  const say = useWords(conflictWords);
  const { day, number } = useFormats();
  const { source } = useReadinessNames();
  const kind = (name: string): string => (name in say.kinds ? say.kinds[name as keyof typeof say.kinds] : name);
  const more = contact.identities.length - SHOWN;
  return (
    <section>
      <h3>{say.identities}</h3>
      <dl className="facts">
        {[...contact.identities]
          .sort((a, b) => Number(a.former) - Number(b.former))
          .slice(0, SHOWN)
          .map((one) => [
            <dt key={`${one.kind} ${one.value} kind`}>{kind(one.kind)}</dt>,
            <dd
              key={`${one.kind} ${one.value}`}
              className={one.former ? "cut faint" : "cut"}
              title={`${say.from(source(one.source.split(":")[0]!))}, ${day(one.saidAt)}`}
            >
              {one.value}
              {one.former && <span className="tiny"> {say.former}</span>}
            </dd>,
          ])}
      </dl>
      {more > 0 && <p className="small soft">{say.more(number(more))}</p>}
      <Merges contact={contact} />
      {contact.conflicts.length > 0 && (
        <p className="small">
          <Link to="/conflicts">{say.waiting(contact.conflicts.length, number(contact.conflicts.length))}</Link>
        </p>
      )}
    </section>
  );
}

import { TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { listContacts } from "@relance/contract/contacts";
import { explainMembership, previewSegment } from "@relance/contract/segments";
import type { Rule } from "@relance/model/rules";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import type { Output } from "@relance/contract/client";
import { ask } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useFormats } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { useNow } from "../../ui/now.ts";
import { AsCode } from "../code/dialog.tsx";
import { Export } from "./export.tsx";
import { insightWords } from "./insight-words.ts";
import { Growth, IfSaved, Overlap } from "./insight.tsx";
import { History, UnderWay } from "./under-way.tsx";
import type { Verdicts } from "./tree.tsx";
import { UnderWayToExact, type Whole } from "./whole.tsx";
import { segmentWords } from "./words.ts";

export type Preview = Output<typeof previewSegment.response>;
interface Person {
  readonly id: string;
  readonly name: string;
}

/** How many, who for instance, and whether one given person is among them. */
export function SegmentMargin({
  preview,
  counted,
  exact,
  error,
  fresh,
  rule,
  saved,
  name,
  changed,
  tell,
}: {
  readonly preview: Preview | undefined;
  /** Exact, or the estimate while the exact count is under way. */ readonly counted: Pick<Preview, "count" | "exact"> | undefined;
  readonly exact: Whole<unknown>;
  readonly error: unknown;
  readonly fresh: boolean;
  readonly rule: Rule | null;
  readonly saved: string | null;
  readonly name: string;
  /** The rule is no longer the saved one. */ readonly changed: boolean;
  readonly tell: (verdicts: Verdicts) => void;
}) {
  const say = useWords(segmentWords);
  const { about: roughly } = useWords(insightWords);
  const sound = rule !== null && preview?.problems.length === 0;
  const { number } = useFormats();
  return (
    <>
      <section aria-live="polite">
        <div className="small soft">{say.matching}</div>
        <div className="big-number" style={{ opacity: fresh ? 1 : 0.45 }}>
          {!counted || !rule ? "—" : counted.exact ? number(counted.count) : roughly(number(counted.count))}
        </div>
        {rule && !fresh && <div className="tiny faint">{say.counting}</div>}
        {rule && fresh && <UnderWayToExact whole={exact} />}
        <RefusalNote error={error} />
        {saved !== null && <History segment={saved} />}
      </section>
      {saved !== null && <UnderWay segment={saved} />}
      {sound && saved !== null && changed && <IfSaved rule={rule} segment={saved} />}
      {preview && rule && (
        <section>
          <h3>{say.atRandom}</h3>
          {preview.sample.length === 0 && <p className="small soft">{say.nobody}</p>}
          {preview.sample.map((one) => (
            <div className="small" key={one.id}>
              <Link
                style={{ display: "inline-block", lineHeight: "24px", minWidth: 24 }}
                to="/contacts/$contact"
                params={{ contact: one.id }}
              >
                {one.known ? one.name || one.email : say.visitor}
              </Link>
            </div>
          ))}
        </section>
      )}
      {rule && <AboutPerson rule={rule} tell={tell} />}
      {sound && <Overlap rule={rule} self={saved} />}
      {sound && <Growth rule={rule} />}
      {saved !== null && (
        <section className="stack">
          <Export segment={saved} name={name} />
          <AsCode kind="segment" id={saved} name={name} />
        </section>
      )}
    </>
  );
}

function AboutPerson({ rule, tell }: { readonly rule: Rule; readonly tell: (verdicts: Verdicts) => void }) {
  const say = useWords(segmentWords);
  const { moment } = useFormats();
  const now = useNow();
  const [typed, setTyped] = useState("");
  const [person, setPerson] = useState<Person | null>(null);
  const [search] = useDebouncedValue(typed.trim(), 200);
  const found = useQuery({ ...ask(listContacts, { query: { search, limit: 5 } }), enabled: search.length > 1 && person === null });
  const why = useQuery({ ...ask(explainMembership, { body: { rule, contact: person?.id ?? "" } }), enabled: person !== null });
  const nodes = person ? why.data?.nodes : undefined;
  useEffect(() => tell(new Map(nodes?.map((node) => [node.path, { truth: node.truth, fact: node.fact }]))), [nodes, tell]);
  return (
    <section>
      <h3>{say.person}</h3>
      {person === null && (
        <TextInput
          aria-label={say.person}
          placeholder={say.personHelp}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
      )}
      {person === null &&
        search.length > 1 &&
        found.data?.items.map((one) => {
          const name = [one.firstName, one.lastName].filter(Boolean).join(" ") || (one.email ?? one.phone ?? one.externalId ?? say.visitor);
          return (
            <button
              type="button"
              className="link-button small"
              key={one.id}
              style={{ display: "block", padding: "4px 0" }}
              onClick={() => setPerson({ id: one.id, name })}
            >
              {name}
            </button>
          );
        })}
      {person !== null && (
        <div className="small" aria-live="polite">
          {why.data && (
            <p>
              <b>{why.data.truth ? say.inside(person.name) : say.outside(person.name)}</b>{" "}
              {why.data.nextAt && say.changesAt(moment(why.data.nextAt, now))}
            </p>
          )}
          <RefusalNote error={why.error} />
          <button
            type="button"
            className="link-button small"
            onClick={() => {
              setPerson(null);
              setTyped("");
            }}
          >
            {say.other}
          </button>
        </div>
      )}
    </section>
  );
}

import "./contacts.css";
import { Button } from "@mantine/core";
import { decideConflict, listConflicts, reopenConflict, type ContactRow, type IdentityConflict } from "@relance/contract/contacts";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { ask, useChange } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useFormats } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { useNow } from "../../ui/now.ts";
import { Empty, Head, Part, Sheet, Waiting } from "../../ui/page.tsx";
import { Say } from "../../ui/sentence.tsx";
import { useReadinessNames } from "../readiness/names.ts";
import { conflictWords } from "./conflict-words.ts";
import { useMayEdit } from "./keep.tsx";
import { nameOf } from "./name.ts";

interface Claim {
  readonly contact: string;
  readonly kind: IdentityConflict["kind"];
  readonly value: string;
}

/** Claims that the rules of identity leave to a person, oldest first. */
export function ConflictsPage() {
  const say = useWords(conflictWords);
  const { number } = useFormats();
  const { data, error } = useQuery(ask(listConflicts, { query: {} }, true));
  const [kept, setKept] = useState<Claim | null>(null);
  const undo = useChange(reopenConflict);
  return (
    <>
      <Head title={say.title} actions={<Button component={Link} to="/settings/identity" variant="default">{say.toRules}</Button>} />
      <Sheet>
        <RefusalNote error={error ?? undo.error} />
        {kept && <div className="call row between wrap" data-kind="good" role="status"><span>{say.kept}</span><Button variant="default" size="xs" loading={undo.isPending} onClick={() => undo.mutate({ body: kept }, { onSuccess: () => setKept(null) })}>{say.undo}</Button></div>}
        {!data && !error && <Waiting lines={6} />}
        {data && data.items.length === 0 && <Empty title={say.none} text={say.noneText}><Link to="/contacts">{say.toContacts}</Link></Empty>}
        {data && data.items.length > 0 && <Say small text={say.sentence(data.open, number(data.open))} />}
        {data?.items.map((one) => <Conflict key={`${one.contact.id} ${one.kind} ${one.value}`} conflict={one} kept={setKept} />)}
      </Sheet>
    </>
  );
}

function Conflict({ conflict, kept }: { readonly conflict: IdentityConflict; readonly kept: (claim: Claim) => void }) {
  const say = useWords(conflictWords);
  const { ago } = useFormats();
  const now = useNow();
  const { source } = useReadinessNames();
  const may = useMayEdit();
  const { contact, holder, kind, value, suggestion } = conflict;
  return (
    <Part title={`${say.kinds[kind]} ${value}`} aside={`${say.from(source(conflict.source.split(":")[0]!))}, ${ago(conflict.at, now)}`}>
      <div className="conflict">
        <Person label={say.claimant} contact={contact} />
        {holder ? <Person label={say.holder} contact={holder} /> : <div className="small soft">{say.nobody}</div>}
      </div>
      <p className="small conflict-why">{say.why[conflict.why]}</p>
      {may && <Choices claim={{ contact: contact.id, kind, value }} offers={holder ? ["join", "apart"] : kind === "email" || kind === "phone" ? ["take", "apart"] : ["apart"]} suggestion={suggestion} kept={kept} />}
    </Part>
  );
}

function Person({ label, contact }: { readonly label: string; readonly contact: ContactRow }) {
  const say = useWords(conflictWords);
  const facts = [contact.externalId, contact.email, contact.phone, contact.city].filter((one) => one !== null);
  return (
    <div>
      <div className="tiny faint">{label}</div>
      <Link to="/contacts/$contact" params={{ contact: contact.id }}><b>{nameOf(contact) || say.unnamed}</b></Link>
      <div className="small soft">{facts.join("\u2004·\u2004")}</div>
    </div>
  );
}

type Decision = "join" | "take" | "apart";

/** What can be decided, the suggestion first. Joining asks once more: it is the one choice without an undo. */
function Choices({ claim, offers, suggestion, kept }: { readonly claim: Claim; readonly offers: readonly Decision[]; readonly suggestion: Decision; readonly kept: (claim: Claim) => void }) {
  const say = useWords(conflictWords);
  const decide = useChange(decideConflict);
  const [sure, setSure] = useState(false);
  const label = (one: Decision): string => (one === "apart" && offers[0] === "join" ? say.apart : one === "apart" ? say.ignore : say[one]);
  const choose = (decision: Decision): void => decide.mutate({ body: { ...claim, decision } }, { onSuccess: () => { if (decision === "apart") kept(claim); } });
  const ordered = [...offers].sort((a, b) => Number(b === suggestion) - Number(a === suggestion));
  return (
    <>
      <RefusalNote error={decide.error} />
      {sure
        ? <div className="call row between wrap"><span>{say.joinText}</span><span className="row"><Button size="xs" loading={decide.isPending} onClick={() => choose("join")}>{say.joinNow}</Button><Button size="xs" variant="default" onClick={() => setSure(false)}>{say.back}</Button></span></div>
        : <div className="row wrap">{ordered.map((one) => <Button key={one} size="xs" variant={one === suggestion ? "filled" : "default"} loading={decide.isPending && decide.variables.body.decision === one} onClick={() => (one === "join" ? setSure(true) : choose(one))}>{label(one)}</Button>)}</div>}
    </>
  );
}

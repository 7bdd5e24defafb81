import "./contacts.css";
import { Button } from "@mantine/core";
import {
  decideConflict,
  getContact,
  listConflicts,
  reopenConflict,
  separateContact,
  type ContactRow,
  type IdentityConflict,
} from "@relance/contract/contacts";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api, ask, useChange } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useFormats } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { useNow } from "../../ui/now.ts";
import { Empty, Head, Part, Sheet, Waiting } from "../../ui/page.tsx";
import { Say } from "../../ui/sentence.tsx";
import { useReadinessNames } from "../readiness/names.ts";
import { alike, conflictWords } from "./conflict-words.ts";
import { useMayEdit } from "./keep.tsx";
import { nameOf } from "./name.ts";

interface Claim {
  readonly contact: string;
  readonly holder: string | null;
  readonly kind: IdentityConflict["kind"];
  readonly value: string;
}

/** What was decided last; `joined`: the contact the two became. */
interface Done {
  readonly claim: Claim;
  readonly joined: string | null;
}

/** Claims that the rules of identity leave to a person, oldest first. */
export function ConflictsPage() {
  const say = useWords(conflictWords);
  const { number } = useFormats();
  const { data, error } = useQuery(ask(listConflicts, { query: {} }, true));
  const [done, setDone] = useState<Done | null>(null);
  const undo = useUndo();
  return (
    <>
      <Head
        title={say.title}
        actions={
          <Button component={Link} to="/settings/identity" variant="default">
            {say.toRules}
          </Button>
        }
      />
      <Sheet>
        <RefusalNote error={error ?? undo.error} />
        {done && (
          <div className="call row between wrap" data-kind="good" role="status">
            <span>
              {done.joined === null ? (
                say.kept
              ) : (
                <>
                  {say.became}{" "}
                  <Link to="/contacts/$contact" params={{ contact: done.joined }}>
                    {say.toContact}
                  </Link>
                </>
              )}
            </span>
            <Button
              variant="default"
              size="xs"
              loading={undo.isPending}
              onClick={() => undo.mutate(done, { onSuccess: () => setDone(null) })}
            >
              {say.undo}
            </Button>
          </div>
        )}
        {!data && !error && <Waiting lines={6} />}
        {data && data.items.length === 0 && (
          <Empty title={say.none} text={say.noneText}>
            <Link to="/contacts">{say.toContacts}</Link>
          </Empty>
        )}
        {data && data.items.length > 0 && <Say small text={say.sentence(data.open, number(data.open))} />}
        {data?.items.map((one) => (
          <Conflict key={`${one.contact.id} ${one.kind} ${one.value}`} conflict={one} done={setDone} />
        ))}
      </Sheet>
    </>
  );
}

/** Takes a decision back: two that were joined are separated first. The claim waits again. */
function useUndo() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ claim, joined }: Done) => {
      if (joined !== null) {
        const { merges } = await api.call(getContact, { params: { id: joined } });
        const merge = merges.find((one) => one.loser === claim.contact || one.loser === claim.holder) ?? merges[0];
        if (merge) await api.call(separateContact, { params: { id: joined, merge: merge.id } });
      }
      const { contact, kind, value } = claim;
      await api.call(reopenConflict, { body: { contact, kind, value } });
    },
    onSettled: () => queries.invalidateQueries(),
  });
}

function Conflict({ conflict, done }: { readonly conflict: IdentityConflict; readonly done: (done: Done) => void }) {
  const say = useWords(conflictWords);
  const { ago } = useFormats();
  const now = useNow();
  const { source } = useReadinessNames();
  const may = useMayEdit();
  const { contact, holder, kind, value, suggestion } = conflict;
  return (
    <Part
      title={kind === "likeness" ? alike(say, value) : `${say.kinds[kind]} ${value}`}
      aside={`${say.from(source(conflict.source.split(":")[0]!))}, ${ago(conflict.at, now)}`}
    >
      <div className="conflict">
        <Person label={kind === "likeness" ? say.second : say.claimant} contact={contact} />
        {holder ? (
          <Person label={kind === "likeness" ? say.first : say.holder} contact={holder} />
        ) : (
          <div className="small soft">{say.nobody}</div>
        )}
      </div>
      <p className="small conflict-why">{say.why[conflict.why]}</p>
      {may && (
        <Choices
          claim={{ contact: contact.id, holder: holder?.id ?? null, kind, value }}
          offers={holder ? ["join", "apart"] : kind === "email" || kind === "phone" ? ["take", "apart"] : ["apart"]}
          suggestion={suggestion}
          done={done}
        />
      )}
    </Part>
  );
}

function Person({ label, contact }: { readonly label: string; readonly contact: ContactRow }) {
  const say = useWords(conflictWords);
  const facts = [contact.externalId, contact.email, contact.phone, contact.city].filter((one) => one !== null);
  return (
    <div>
      <div className="tiny faint">{label}</div>
      <Link to="/contacts/$contact" params={{ contact: contact.id }}>
        <b>{nameOf(contact) || say.unnamed}</b>
      </Link>
      <div className="small soft">{facts.join("\u2004·\u2004")}</div>
    </div>
  );
}

type Decision = "join" | "take" | "apart";

/** What can be decided, the suggestion first. */
function Choices({
  claim,
  offers,
  suggestion,
  done,
}: {
  readonly claim: Claim;
  readonly offers: readonly Decision[];
  readonly suggestion: Decision;
  readonly done: (done: Done) => void;
}) {
  const say = useWords(conflictWords);
  const decide = useChange(decideConflict);
  const label = (one: Decision): string => (one === "apart" && offers[0] === "join" ? say.apart : one === "apart" ? say.ignore : say[one]);
  const { contact, kind, value } = claim;
  const choose = (decision: Decision): void =>
    decide.mutate(
      { body: { contact, kind, value, decision } },
      {
        onSuccess: (answer) => {
          if (decision !== "take") done({ claim, joined: decision === "join" ? answer.contact : null });
        },
      },
    );
  const ordered = [...offers].sort((a, b) => Number(b === suggestion) - Number(a === suggestion));
  return (
    <>
      <RefusalNote error={decide.error} />
      <div className="row wrap">
        {ordered.map((one) => (
          <Button
            key={one}
            size="xs"
            variant={one === suggestion ? "filled" : "default"}
            loading={decide.isPending && decide.variables.body.decision === one}
            onClick={() => choose(one)}
          >
            {label(one)}
          </Button>
        ))}
      </div>
    </>
  );
}

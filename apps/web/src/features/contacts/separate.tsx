import { Button, Group, Modal } from "@mantine/core";
import { joinContact, previewSeparation, separateContact, type ContactProfile, type Separation } from "@relance/contract/contacts";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { ask, useChange } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useFormats } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { Waiting } from "../../ui/page.tsx";
import { useReadinessNames } from "../readiness/names.ts";
import { alike, conflictWords } from "./conflict-words.ts";
import { useMayEdit } from "./keep.tsx";
import { nameOf } from "./name.ts";

const SHOWN = 4;

/** Which records became one with a contact and by what evidence; each can be taken out again, after a look at what would go with whom. */
export function Merges({ contact }: { readonly contact: ContactProfile }) {
  const say = useWords(conflictWords);
  const { number } = useFormats();
  const may = useMayEdit();
  const [all, setAll] = useState(false);
  const [open, setOpen] = useState<string | null>(null);
  const [apart, setApart] = useState<string | null>(null);
  const join = useChange(joinContact);
  const shown = all ? contact.merges : contact.merges.slice(0, SHOWN);
  return (
    <>
      {apart !== null && (
        <div className="call small" data-kind="good" role="status">
          <p>
            {say.separated}{" "}
            <Link to="/contacts/$contact" params={{ contact: apart }}>
              {say.toOther}
            </Link>
          </p>
          <Button
            variant="default"
            size="xs"
            loading={join.isPending}
            onClick={() => join.mutate({ params: { id: contact.id }, body: { contact: apart } }, { onSuccess: () => setApart(null) })}
          >
            {say.undo}
          </Button>
        </div>
      )}
      <RefusalNote error={join.error} />
      {shown.map((one) => (
        <div key={one.id} className="small soft conflict-merge">
          <Evidence merge={one} /> {!one.separable && <span className="faint">{say.tooOld}</span>}
          {may && one.separable && (
            <button type="button" className="link-button" onClick={() => setOpen(one.id)}>
              {say.separate}
            </button>
          )}
        </div>
      ))}
      {contact.merges.length > shown.length && (
        <button type="button" className="link-button small" onClick={() => setAll(true)}>
          {say.moreMerges(number(contact.merges.length - shown.length))}
        </button>
      )}
      <Modal opened={open !== null} onClose={() => setOpen(null)} size="lg" title={say.separateTitle}>
        {open !== null && (
          <Preview
            contact={contact.id}
            merge={open}
            close={() => setOpen(null)}
            done={(other) => {
              setOpen(null);
              setApart(other);
            }}
          />
        )}
      </Modal>
    </>
  );
}

function Evidence({ merge }: { readonly merge: ContactProfile["merges"][number] }) {
  const say = useWords(conflictWords);
  const { day } = useFormats();
  const { source } = useReadinessNames();
  const { evidence } = merge;
  const kind = evidence.kind in say.kinds ? say.kinds[evidence.kind as keyof typeof say.kinds] : evidence.kind;
  const value = evidence.kind === "likeness" ? alike(say, evidence.value) : evidence.value;
  return (
    <span title={evidence.message ?? undefined}>
      {say.joined(kind, value, evidence.source === undefined ? null : say.from(source(evidence.source.split(":")[0]!)), day(merge.at))}
    </span>
  );
}

function Preview({
  contact,
  merge,
  close,
  done,
}: {
  readonly contact: string;
  readonly merge: string;
  readonly close: () => void;
  readonly done: (other: string) => void;
}) {
  const say = useWords(conflictWords);
  const params = { id: contact, merge };
  const separate = useChange(separateContact);
  // Once they are separated there is nothing left to look at.
  const { data, error } = useQuery({ ...ask(previewSeparation, { params }), enabled: separate.isIdle || separate.isError });
  return (
    <>
      <RefusalNote error={error ?? separate.error} />
      {!data && !error && <Waiting lines={5} />}
      {data && (
        <>
          <div className="conflict">
            <Side label={say.goes} side={data.goes} counts={data.counts} of="goes" />
            <Side label={say.stays} side={data.stays} counts={data.counts} of="stays" />
          </div>
          <ul className="small soft separation-rule">
            {Object.values(say.rule).map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
          <Group justify="flex-end" mt="md">
            <Button variant="default" onClick={close}>
              {say.back}
            </Button>
            <Button
              loading={separate.isPending}
              onClick={() => separate.mutate({ params }, { onSuccess: (answer) => done(answer.contact) })}
            >
              {say.separateNow}
            </Button>
          </Group>
        </>
      )}
    </>
  );
}

function Side({
  label,
  side,
  counts,
  of,
}: {
  readonly label: string;
  readonly side: Separation["stays"];
  readonly counts: Separation["counts"];
  readonly of: "goes" | "stays";
}) {
  const say = useWords(conflictWords);
  const { number } = useFormats();
  const owned = counts.filter((one) => one[of] > 0).map((one) => say.owned[one.kind](one[of], number(one[of])));
  return (
    <div>
      <div className="tiny faint">{label}</div>
      <b>{nameOf(side) || say.unnamed}</b>
      <div className="small soft">
        {side.identities.map((one) => (
          <div key={`${one.kind} ${one.value}`}>{one.value}</div>
        ))}
      </div>
      <div className="small">{owned.length === 0 ? say.nothing : owned.join("\u2004·\u2004")}</div>
    </div>
  );
}

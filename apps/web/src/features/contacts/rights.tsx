import { Button, Group, Modal, Select, TextInput } from "@mantine/core";
import type { ContactProfile } from "@relance/contract/contacts";
import { eraseContact, everythingOfContact, type ErasureReason } from "@relance/contract/rights";
import { useNavigate } from "@tanstack/react-router";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { api, useChange } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useSession } from "../../app/session.tsx";
import { useWords } from "../../i18n/words.ts";
import { keepFile } from "../../ui/keep-file.ts";
import { rightsWords } from "../settings/rights-words.ts";

/** What a person may ask by right: everything known of them as a file, and to be erased for good. */
export function Rights({ contact, name }: { readonly contact: ContactProfile; readonly name: string }) {
  const say = useWords(rightsWords);
  const role = useSession().workspace?.role;
  const [open, setOpen] = useState(false);
  const give = useMutation({
    mutationFn: () => api.call(everythingOfContact, { params: { id: contact.id } }),
    onSuccess: (all) => keepFile(`${contact.id}.json`, [JSON.stringify(all, null, 2)], "application/json"),
  });
  if (role !== "admin" && role !== "approver") return null;
  return (
    <section>
      <h3>{say.rights}</h3>
      <p className="small soft">{say.giveHelp}</p>
      <div className="stack" style={{ gap: 8, alignItems: "flex-start", marginTop: 8 }}>
        <Button size="xs" variant="default" loading={give.isPending} onClick={() => give.mutate()}>
          {say.give}
        </Button>
        {role === "admin" && (
          <Button size="xs" variant="subtle" color="garance" onClick={() => setOpen(true)}>
            {say.erase}
          </Button>
        )}
      </div>
      <RefusalNote error={give.error} />
      <Modal opened={open} onClose={() => setOpen(false)} size="lg" title={say.eraseTitle(name)}>
        {open && <Erase contact={contact.id} close={() => setOpen(false)} />}
      </Modal>
    </section>
  );
}

const REASONS = ["person", "objection", "retention", "unlawful"] as const satisfies readonly ErasureReason[];

function Erase({ contact, close }: { readonly contact: string; readonly close: () => void }) {
  const say = useWords(rightsWords);
  const navigate = useNavigate();
  const erase = useChange(eraseContact);
  const [reason, setReason] = useState<(typeof REASONS)[number]>("person");
  const [word, setWord] = useState("");
  const send = (): void =>
    erase.mutate(
      { params: { id: contact }, body: { reason, confirm: "erase" } },
      { onSuccess: () => void navigate({ to: "/settings/$part", params: { part: "rights" } }) },
    );
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <div className="small">
        <b>{say.goes}</b>
        <ul className="separation-rule soft">
          {Object.values(say.goesList).map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      </div>
      <div className="small">
        <b>{say.stays}</b>
        <ul className="separation-rule soft">
          {Object.values(say.staysList).map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      </div>
      <Select
        label={say.why}
        allowDeselect={false}
        value={reason}
        onChange={(value) => value !== null && setReason(value as typeof reason)}
        data={REASONS.map((one) => ({ value: one, label: say.reasons[one] }))}
      />
      <TextInput
        label={say.typeWord(say.word)}
        autoComplete="off"
        value={word}
        onChange={(event) => setWord(event.currentTarget.value)}
        data-autofocus
      />
      <RefusalNote error={erase.error} />
      <Group justify="flex-end">
        <Button variant="default" onClick={close}>
          {say.cancel}
        </Button>
        <Button color="garance" type="submit" disabled={word.trim().toUpperCase() !== say.word} loading={erase.isPending}>
          {say.eraseNow}
        </Button>
      </Group>
    </form>
  );
}

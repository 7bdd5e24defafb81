import { Button, Group, Modal, TextInput } from "@mantine/core";
import { ApiError } from "@relance/contract/client";
import { changeContact, createContact, type ContactInput, type ContactProfile } from "@relance/contract/contacts";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useChange } from "../../api/client.ts";
import { useRefusal } from "../../api/refusal.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useWords } from "../../i18n/words.ts";
import { contactWords } from "./words.ts";

const FIELDS = [
  "firstName",
  "lastName",
  "email",
  "phone",
  "externalId",
  "locale",
  "birthDate",
  "postalCode",
  "city",
  "country",
  "timeZone",
  "customerType",
] as const;
type Field = (typeof FIELDS)[number];
type Values = Readonly<Record<string, string>>;
const OWN = "attributes.";

/** The form of a contact; without one, a new contact. A refusal stands under the field it names. */
function ContactForm({ contact, close }: { readonly contact: ContactProfile | null; readonly close: () => void }) {
  const say = useWords(contactWords);
  const navigate = useNavigate();
  const create = useChange(createContact);
  const change = useChange(changeContact);
  const [before] = useState<Values>(() => (contact ? valuesOf(contact) : {}));
  const [values, setValues] = useState(before);
  const error = create.error ?? change.error;
  const refused = fieldOf(error);
  const word = useRefusal();
  const reason =
    error instanceof ApiError && error.code === "contact.identifier_taken"
      ? say.taken
      : error instanceof ApiError && error.code === "contact.value_unfit"
        ? say.unfit
        : error === null
          ? null
          : word(error);
  const set = (name: string, value: string): void => {
    create.reset();
    change.reset();
    setValues({ ...values, [name]: value });
  };
  const send = async (): Promise<void> => {
    const body = changed(before, values, contact);
    const saved = contact ? await change.mutateAsync({ params: { id: contact.id }, body }) : await create.mutateAsync({ body });
    close();
    await navigate({ to: "/contacts/$contact", params: { contact: saved.id }, search: (kept: object) => kept });
  };
  const shown = refused !== null && (FIELDS.includes(refused as Field) || refused in before);
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        void send().catch(() => undefined);
      }}
    >
      <div className="contact-fields">
        {FIELDS.map((one, at) => (
          <TextInput
            key={one}
            label={say.inputs[one]}
            type={one === "birthDate" ? "date" : "text"}
            value={values[one] ?? ""}
            error={refused === one ? reason : null}
            onChange={(event) => set(one, event.currentTarget.value)}
            data-autofocus={at === 0 || undefined}
          />
        ))}
        {Object.keys(before)
          .filter((one) => one.startsWith(OWN))
          .map((one) => (
            <TextInput
              key={one}
              label={one.slice(OWN.length)}
              value={values[one] ?? ""}
              error={refused === one ? reason : null}
              onChange={(event) => set(one, event.currentTarget.value)}
            />
          ))}
      </div>
      {!shown && <RefusalNote error={error} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={close}>
          {say.cancel}
        </Button>
        <Button type="submit" loading={create.isPending || change.isPending}>
          {contact ? say.save : say.add}
        </Button>
      </Group>
    </form>
  );
}

export function ContactDialog({
  contact,
  opened,
  close,
}: {
  readonly contact: ContactProfile | null;
  readonly opened: boolean;
  readonly close: () => void;
}) {
  const say = useWords(contactWords);
  return (
    <Modal opened={opened} onClose={close} size="lg" title={contact ? say.edit : say.addContact}>
      {opened && <ContactForm contact={contact} close={close} />}
    </Modal>
  );
}

const fieldOf = (error: unknown): string | null => (error instanceof ApiError ? (error.field ?? error.problems[0]?.field ?? null) : null);

/** What can be typed: the plain fields and the shop's own attributes of plain kinds; lists and objects are left as they are. */
function valuesOf(contact: ContactProfile): Values {
  const own = Object.entries(contact.attributes).filter(([, value]) => ["string", "number", "boolean"].includes(typeof value));
  return Object.fromEntries([
    ...FIELDS.map((one) => [one, contact[one] ?? ""] as const),
    ...own.map(([name, value]) => [OWN + name, String(value)] as const),
  ]);
}

/** Only what was typed over; an emptied field is forgotten, and a number stays one. */
function changed(before: Values, now: Values, contact: ContactProfile | null): ContactInput {
  const fields: Record<string, string | null> = {};
  const attributes: Record<string, string | number | boolean | null> = {};
  for (const [name, typed] of Object.entries(now)) {
    if (typed === (before[name] ?? "")) continue;
    if (name.startsWith(OWN)) attributes[name.slice(OWN.length)] = alike(contact?.attributes[name.slice(OWN.length)], typed.trim());
    else fields[name] = typed.trim() === "" ? null : typed.trim();
  }
  return { ...fields, ...(Object.keys(attributes).length > 0 && { attributes }) } as ContactInput;
}

function alike(former: unknown, typed: string): string | number | boolean | null {
  if (typed === "") return null;
  if (typeof former === "number" && Number.isFinite(Number(typed))) return Number(typed);
  if (typeof former === "boolean" && (typed === "true" || typed === "false")) return typed === "true";
  return typed;
}

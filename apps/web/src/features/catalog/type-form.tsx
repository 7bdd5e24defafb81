import { Button, NativeSelect, TextInput } from "@mantine/core";
import { archiveObjectType, changeObjectType, createObjectType, type ObjectTypeRow } from "@relance/contract/objects";
import { FIELD_KINDS, type FieldKind } from "@relance/model/objects";
import { IconX } from "@tabler/icons-react";
import { useId, useState } from "react";
import { useChange } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useWords } from "../../i18n/words.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { objectWords } from "./object-words.ts";

interface Field {
  readonly key: string;
  readonly fr: string;
  readonly en: string;
  readonly kind: FieldKind;
  readonly choices: string;
  readonly held: boolean;
}
const NEW: Field = { key: "", fr: "", en: "", kind: "text", choices: "", held: false };

/** The names and fields of a type; a field that exists keeps its key and kind. */
export function TypeDialog({ type, close }: { readonly type: ObjectTypeRow | null; readonly close: () => void }) {
  const say = useWords(objectWords);
  const form = useId();
  const create = useChange(createObjectType);
  const change = useChange(changeObjectType);
  const archive = useChange(archiveObjectType);
  const [key, setKey] = useState(type?.key ?? "");
  const [names, setNames] = useState(type?.names ?? { one: { fr: "", en: "" }, many: { fr: "", en: "" } });
  const [fields, setFields] = useState<readonly Field[]>(
    type?.fields.map((one) => ({ key: one.key, ...one.names, kind: one.kind, choices: one.choices?.join(", ") ?? "", held: true })) ?? [
      NEW,
    ],
  );
  const send = (): void => {
    const body = {
      names,
      fields: fields.map(({ key: own, fr, en, kind, choices }) => ({
        key: own,
        names: { fr, en },
        kind,
        ...(kind === "choice" && {
          choices: choices
            .split(",")
            .map((one) => one.trim())
            .filter((one) => one !== ""),
        }),
      })),
    };
    if (type) change.mutate({ params: { id: type.id }, body }, { onSuccess: close });
    else create.mutate({ body: { key, ...body } }, { onSuccess: close });
  };
  const name = (form_: "one" | "many", language: "fr" | "en") => (
    <TextInput
      label={`${say[form_]} ${language === "fr" ? say.french : say.english}`}
      required
      maxLength={100}
      value={names[form_][language]}
      onChange={(event) => setNames({ ...names, [form_]: { ...names[form_], [language]: event.currentTarget.value } })}
    />
  );
  return (
    <Dialog
      wide
      title={type ? type.names.one.fr : say.add}
      close={close}
      closeWord={say.cancel}
      foot={
        <>
          {type && (
            <Button
              variant="subtle"
              color="garance"
              loading={archive.isPending}
              onClick={() => archive.mutate({ params: { id: type.id } }, { onSuccess: close })}
            >
              {say.archive}
            </Button>
          )}
          <Button variant="default" onClick={close}>
            {say.cancel}
          </Button>
          <Button type="submit" form={form} loading={create.isPending || change.isPending}>
            {say.save}
          </Button>
        </>
      }
    >
      <form
        id={form}
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <div className="two-fields">
          {name("one", "fr")}
          {name("one", "en")}
          {name("many", "fr")}
          {name("many", "en")}
        </div>
        {type === null && (
          <TextInput
            label={say.key}
            description={say.keyHelp}
            required
            maxLength={40}
            value={key}
            onChange={(event) => setKey(event.currentTarget.value)}
          />
        )}
        <h3>{say.fields}</h3>
        {fields.map((field, at) => (
          <FieldRow
            key={at}
            field={field}
            onChange={(changed) => setFields(changed === null ? fields.toSpliced(at, 1) : fields.with(at, changed))}
          />
        ))}
        <div>
          <Button size="xs" variant="default" onClick={() => setFields([...fields, NEW])}>
            {say.addField}
          </Button>
        </div>
        <RefusalNote error={create.error ?? change.error ?? archive.error} />
      </form>
    </Dialog>
  );
}

function FieldRow({ field, onChange }: { readonly field: Field; readonly onChange: (field: Field | null) => void }) {
  const say = useWords(objectWords);
  const input = (part: "key" | "fr" | "en" | "choices", label: string, more: { disabled?: boolean; description?: string } = {}) => (
    <TextInput
      size="xs"
      label={label}
      required
      {...more}
      maxLength={part === "choices" ? 4000 : 100}
      value={field[part]}
      onChange={(event) => onChange({ ...field, [part]: event.currentTarget.value })}
    />
  );
  return (
    <div className="field-row" role="group" aria-label={field.fr || field.key || say.addField}>
      {input("key", say.key, { disabled: field.held })}
      {input("fr", say.french)}
      {input("en", say.english)}
      <NativeSelect
        size="xs"
        label={say.kind}
        disabled={field.held}
        value={field.kind}
        onChange={(event) => onChange({ ...field, kind: event.currentTarget.value as FieldKind })}
        data={FIELD_KINDS.map((kind) => ({ value: kind, label: say.kinds[kind] }))}
      />
      <button type="button" className="dialog-close" aria-label={say.removeField} title={say.removeField} onClick={() => onChange(null)}>
        <IconX size={15} stroke={1.5} aria-hidden />
      </button>
      {field.kind === "choice" && (
        <div style={{ gridColumn: "1 / -1" }}>{input("choices", say.choices, { description: say.choicesHelp })}</div>
      )}
    </div>
  );
}

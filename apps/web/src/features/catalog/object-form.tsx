import { Button, NativeSelect, NumberInput, TextInput } from "@mantine/core";
import { ApiError } from "@relance/contract/client";
import { getObject, putObjects, restoreObject, type ObjectDetail, type ObjectTypeRow } from "@relance/contract/objects";
import type { ObjectField } from "@relance/model/objects";
import { useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import { ask, useChange } from "../../api/client.ts";
import { useRefusal } from "../../api/refusal.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useFormats, useLanguage } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { useNow } from "../../ui/now.ts";
import { Waiting } from "../../ui/page.tsx";
import { Moment, Thread } from "../../ui/thread.tsx";
import { useFieldText } from "./object-text.ts";
import { objectWords } from "./object-words.ts";
import { useMayChange } from "./shared.tsx";

/** One object: its fields, and what it was before; without one, a new object. */
export function ObjectDialog({
  type,
  id,
  close,
}: {
  readonly type: ObjectTypeRow;
  readonly id: string | null;
  readonly close: () => void;
}) {
  const say = useWords(objectWords);
  const { language } = useLanguage();
  const { data, error } = useQuery({ ...ask(getObject, { params: { id: id ?? "" } }), enabled: id !== null, placeholderData: undefined });
  if (id !== null && !data)
    return (
      <Dialog title={type.names.one[language]} close={close} closeWord={say.cancel}>
        <RefusalNote error={error} />
        {!error && <Waiting />}
      </Dialog>
    );
  return <ObjectForm key={data?.updatedAt} type={type} object={data ?? null} close={close} />;
}

function ObjectForm({
  type,
  object,
  close,
}: {
  readonly type: ObjectTypeRow;
  readonly object: ObjectDetail | null;
  readonly close: () => void;
}) {
  const say = useWords(objectWords);
  const { language } = useLanguage();
  const form = useId();
  const may = useMayChange();
  const word = useRefusal();
  const put = useChange(putObjects);
  const [externalId, setExternalId] = useState(object?.externalId ?? "");
  const [email, setEmail] = useState("");
  const [fields, setFields] = useState<Readonly<Record<string, unknown>>>(object?.fields ?? {});
  const field = put.error instanceof ApiError ? (put.error.field ?? put.error.problems[0]?.field ?? "") : "";
  const values = () =>
    Object.fromEntries(
      type.fields.map(({ key }) => [
        key,
        (fields[key] === "" || fields[key] === undefined ? null : fields[key]) as string | number | boolean | null,
      ]),
    );
  const send = (removed: boolean): void =>
    put.mutate(
      {
        body: {
          type: type.key,
          objects: [
            {
              id: externalId,
              fields: removed ? {} : values(),
              ...(object === null && { contact: { email } }),
              ...(removed && { removed: true }),
            },
          ],
        },
      },
      { onSuccess: close },
    );
  return (
    <Dialog
      title={object ? `${type.names.one[language]} ${object.externalId}` : type.names.one[language]}
      close={close}
      closeWord={say.cancel}
      foot={
        may && (
          <>
            {object && !object.removed && (
              <Button variant="subtle" color="garance" onClick={() => send(true)}>
                {say.remove}
              </Button>
            )}
            <Button variant="default" onClick={close}>
              {say.cancel}
            </Button>
            <Button type="submit" form={form} loading={put.isPending}>
              {say.save}
            </Button>
          </>
        )
      }
    >
      <form
        id={form}
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          send(false);
        }}
      >
        {object === null && (
          <>
            <TextInput
              label={say.id}
              required
              maxLength={200}
              value={externalId}
              onChange={(event) => setExternalId(event.currentTarget.value)}
            />
            <TextInput
              type="email"
              label={say.email}
              required
              value={email}
              error={field.startsWith("objects[0].contact") ? word(put.error) : null}
              onChange={(event) => setEmail(event.currentTarget.value)}
            />
          </>
        )}
        {type.fields.map((one) => (
          <FieldInput
            key={one.key}
            field={one}
            value={fields[one.key]}
            error={field === `objects[0].fields.${one.key}` ? word(put.error) : null}
            onChange={(value) => {
              put.reset();
              setFields({ ...fields, [one.key]: value });
            }}
          />
        ))}
        {!field.startsWith("objects[0].") && <RefusalNote error={put.error} />}
      </form>
      {object && <Past type={type} object={object} />}
    </Dialog>
  );
}

function FieldInput({
  field,
  value,
  error,
  onChange,
}: {
  readonly field: ObjectField;
  readonly value: unknown;
  readonly error: string | null;
  readonly onChange: (value: unknown) => void;
}) {
  const say = useWords(objectWords);
  const { language } = useLanguage();
  const label = field.names[language];
  const text = typeof value === "string" ? value : typeof value === "boolean" || typeof value === "number" ? `${value}` : "";
  if (field.kind === "number")
    return (
      <NumberInput
        label={label}
        error={error}
        value={typeof value === "number" ? value : ""}
        onChange={(given) => onChange(given === "" ? null : Number(given))}
      />
    );
  if (field.kind === "choice" || field.kind === "boolean") {
    const options =
      field.kind === "boolean"
        ? [
            { value: "true", label: say.yes },
            { value: "false", label: say.noWord },
          ]
        : (field.choices ?? []).map((one) => ({ value: one, label: one }));
    return (
      <NativeSelect
        label={label}
        error={error}
        value={text}
        onChange={(event) => onChange(event.currentTarget.value)}
        data={[{ value: "", label: say.empty }, ...options]}
      />
    );
  }
  return (
    <TextInput
      label={label}
      error={error}
      type={field.kind === "date" ? "date" : "text"}
      maxLength={2000}
      value={text}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

function Past({ type, object }: { readonly type: ObjectTypeRow; readonly object: ObjectDetail }) {
  const say = useWords(objectWords);
  const { language } = useLanguage();
  const { moment } = useFormats();
  const now = useNow();
  const may = useMayChange();
  const textOf = useFieldText();
  const restore = useChange(restoreObject);
  return (
    <section>
      <h3>{say.history}</h3>
      <Thread>
        {object.history.map((one) => (
          <Moment
            key={one.event}
            sign={one.what === "created" ? "fact" : one.what === "removed" ? "not" : "past"}
            title={say.moments[one.what]}
            at={moment(one.at, now)}
          >
            <div className="tiny faint">{one.by ?? (one.source.startsWith("api:") ? say.byApi : one.source)}</div>
            {one.what === "changed" &&
              one.changes.map(({ field: key, from, to }) => {
                const field = type.fields.find((other) => other.key === key) ?? { kind: "text" as const, names: { fr: key, en: key } };
                return (
                  <div key={key} className="small change-line">
                    <span className="faint">
                      {field.names[language]}
                      {"\u2002"}
                    </span>
                    <span className="change-from">{textOf(field, from)}</span>
                    {"\u2002"}
                    {textOf(field, to)}
                  </div>
                );
              })}
            {may && one.what !== "created" && (
              <Button
                size="compact-xs"
                variant="subtle"
                loading={restore.isPending}
                onClick={() => restore.mutate({ params: { id: object.id }, body: { event: one.event } })}
              >
                {say.undo}
              </Button>
            )}
          </Moment>
        ))}
      </Thread>
      <RefusalNote error={restore.error} />
    </section>
  );
}

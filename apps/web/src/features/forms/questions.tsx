import { Button, Menu, Switch, Textarea, TextInput } from "@mantine/core";
import type { FormProblemBody } from "@relance/contract/forms";
import { FORM_FIELD_KINDS, newField, type FormField } from "@relance/model/forms";
import { IconArrowDown, IconArrowUp, IconPlus, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useLanguage } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { replaced, type FormDraft } from "./draft.ts";
import { formWords } from "./words.ts";

interface Props {
  readonly draft: FormDraft;
  readonly language: string;
  readonly problems: readonly FormProblemBody[];
}

/** What is asked, in its order; one question is open at a time. */
export function Questions({ draft, language, problems }: Props) {
  const say = useWords(formWords);
  const [open, setOpen] = useState<number | null>(null);
  const { fields } = draft.now.content;
  const left = FORM_FIELD_KINDS.filter((kind) => kind === "attribute" || !fields.some((one) => one.kind === kind));
  const put = (next: FormField[], burst?: string): void => draft.put({ fields: next }, burst);
  const swap = (from: number, to: number): void => {
    put(fields.map((one, at) => (at === from ? fields[to]! : at === to ? fields[from]! : one)));
    setOpen(null);
  };
  return (
    <section className="stack" aria-label={say.questions}>
      <div className="row between">
        <h2>{say.questions}</h2>
        <Menu position="bottom-end">
          <Menu.Target>
            <Button size="xs" variant="default" leftSection={<IconPlus size={14} aria-hidden />}>
              {say.question}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {left.map((kind) => (
              <Menu.Item
                key={kind}
                onClick={() => {
                  put([...fields, newField(kind)]);
                  setOpen(fields.length);
                }}
              >
                {say.kinds[kind]}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      </div>
      <ul className="form-rows">
        {fields.map((field, at) => {
          const wrong = problems.some((one) => one.level === "error" && one.field.startsWith(`fields[${at}]`));
          return (
            <li key={`${field.kind} ${at}`}>
              <div className="row between">
                <button
                  type="button"
                  className="form-row"
                  aria-expanded={open === at}
                  data-wrong={wrong || undefined}
                  onClick={() => setOpen(open === at ? null : at)}
                >
                  <b>{field.label[language] || say.kinds[field.kind]}</b>
                  <span className="tiny faint">
                    {[say.kinds[field.kind], field.kind === "email" ? say.always : field.required ? say.required : ""]
                      .filter(Boolean)
                      .join(", ")
                      .toLocaleLowerCase()}
                  </span>
                </button>
                <span className="row">
                  <Icon label={`${say.up}: ${say.kinds[field.kind]}`} off={at === 0} onClick={() => swap(at, at - 1)}>
                    <IconArrowUp size={15} stroke={1.6} aria-hidden />
                  </Icon>
                  <Icon label={`${say.down}: ${say.kinds[field.kind]}`} off={at === fields.length - 1} onClick={() => swap(at, at + 1)}>
                    <IconArrowDown size={15} stroke={1.6} aria-hidden />
                  </Icon>
                  <Icon
                    label={`${say.drop}: ${say.kinds[field.kind]}`}
                    off={field.kind === "email"}
                    onClick={() => {
                      put(replaced(fields, at, null));
                      setOpen(null);
                    }}
                  >
                    <IconTrash size={15} stroke={1.6} aria-hidden />
                  </Icon>
                </span>
              </div>
              {open === at && (
                <Question
                  field={field}
                  language={language}
                  problems={problems.filter((one) => one.field.startsWith(`fields[${at}]`))}
                  onChange={(next) => put(replaced(fields, at, next), `field ${at}`)}
                />
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function Icon({
  label,
  off,
  onClick,
  children,
}: {
  readonly label: string;
  readonly off: boolean;
  readonly onClick: () => void;
  readonly children: React.ReactNode;
}) {
  return (
    <Button size="compact-sm" variant="subtle" px={6} aria-label={label} title={label} disabled={off} onClick={onClick}>
      {children}
    </Button>
  );
}

const CHOICES: ReadonlySet<FormField["kind"]> = new Set(["attribute", "country", "language", "customer_type", "city"]);

function Question({
  field,
  language,
  problems,
  onChange,
}: {
  readonly field: FormField;
  readonly language: string;
  readonly problems: readonly FormProblemBody[];
  readonly onChange: (field: FormField) => void;
}) {
  const say = useWords(formWords);
  const { language: reader } = useLanguage();
  const wrong = (part: string) => problems.find((one) => one.level === "error" && one.field.includes(part))?.message[reader];
  return (
    <div className="stack form-open">
      <TextInput
        label={say.label}
        value={field.label[language] ?? ""}
        maxLength={200}
        error={wrong(".label")}
        onChange={(event) => onChange({ ...field, label: { ...field.label, [language]: event.currentTarget.value } })}
      />
      {field.kind === "attribute" && (
        <TextInput
          label={say.attribute}
          description={say.attributeHelp}
          value={field.attribute}
          maxLength={63}
          error={wrong(".attribute")}
          onChange={(event) =>
            onChange({
              ...field,
              attribute: event.currentTarget.value
                .toLowerCase()
                .replace(/[^a-z0-9_]/g, "_")
                .replace(/^[^a-z]+/, ""),
            })
          }
        />
      )}
      <TextInput
        label={say.help}
        value={field.help[language] ?? ""}
        maxLength={300}
        onChange={(event) => onChange({ ...field, help: { ...field.help, [language]: event.currentTarget.value } })}
      />
      {CHOICES.has(field.kind) && <Choices field={field} language={language} error={wrong(".options")} onChange={onChange} />}
      {field.kind !== "email" && (
        <Switch
          label={say.required}
          checked={field.required}
          onChange={(event) => onChange({ ...field, required: event.currentTarget.checked })}
        />
      )}
    </div>
  );
}

/** One answer a line: `FR = France`. What is typed stays as typed while the field is open. */
function Choices({
  field,
  language,
  error,
  onChange,
}: {
  readonly field: FormField;
  readonly language: string;
  readonly error: string | undefined;
  readonly onChange: (field: FormField) => void;
}) {
  const say = useWords(formWords);
  const [text, setText] = useState(() => field.options.map((one) => `${one.value} = ${one.label[language] ?? one.value}`).join("\n"));
  const change = (typed: string): void => {
    setText(typed);
    const lines = typed
      .split("\n")
      .map((line) => line.split("=").map((part) => part.trim()))
      .filter(([value]) => value !== undefined && value !== "");
    onChange({
      ...field,
      options: lines.slice(0, 50).map(([value, label]) => {
        const known = field.options.find((one) => one.value === value);
        return {
          value: value!.slice(0, 100),
          label: { fr: value!, en: value!, ...known?.label, [language]: (label || value!).slice(0, 100) },
        };
      }),
    });
  };
  return (
    <Textarea
      key={language}
      label={say.options}
      description={say.optionsHelp}
      autosize
      minRows={2}
      value={text}
      error={error}
      onChange={(event) => change(event.currentTarget.value)}
    />
  );
}

import { Button, Menu, NativeSelect, SegmentedControl, Switch, TextInput } from "@mantine/core";
import { listTopics } from "@relance/contract/compliance";
import { listAttributes } from "@relance/contract/contacts";
import { listVariables, type MessageProblemBody } from "@relance/contract/messages";
import { getWorkspace } from "@relance/contract/team";
import { IconAlertOctagon, IconAlertTriangle, IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useRef, useState } from "react";
import { ask } from "../../api/client.ts";
import { useLanguage } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { Code } from "./code.tsx";
import type { Draft } from "./draft.ts";
import { editorWords } from "./words.ts";

interface WriteProps {
  readonly draft: Draft;
  readonly language: string;
  readonly languages: readonly string[];
  readonly pick: (language: string) => void;
  readonly problems: readonly MessageProblemBody[];
  /** Whether the problems are those of what is written now. */
  readonly fresh: boolean;
}

const BLANK = `<mjml>\n  <mj-body>\n    <mj-section>\n      <mj-column>\n        <mj-text></mj-text>\n      </mj-column>\n    </mj-section>\n  </mj-body>\n</mjml>`;
const KNOWN_LANGUAGES = ["fr", "en"] as const;
type Field = "subject" | "preheader" | "source" | "text";

// Nothing but the text is shown by the far side.
const WITHOUT_TITLE: ReadonlySet<string> = new Set(["sms", "whatsapp", "webhook"]);

/** One language of the message at a time: its lines, its source, and what is wrong with them. */
export function Write({ draft, language, languages, pick, problems, fresh }: WriteProps) {
  const say = useWords(editorWords);
  const [show, setShow] = useState<{ line: number } | null>(null);
  const [field, setField] = useState<Field>("source");
  const subjectPlace = useRef<HTMLInputElement>(null);
  const preheaderPlace = useRef<HTMLInputElement>(null);
  const sourcePlace = useRef<HTMLTextAreaElement>(null);
  const textPlace = useRef<HTMLTextAreaElement>(null);
  const placeOf = (name: Field) =>
    ({ subject: subjectPlace, preheader: preheaderPlace, source: sourcePlace, text: textPlace })[name]?.current ?? null;
  const variant = draft.now.content.variants[language];
  const mail = draft.channel === "email";
  const of = (name: Field) => problems.find((one) => one.field === `variants.${language}.${name}` && one.level === "error");
  const word = useProblem();
  const marks = (name: Field) =>
    new Map(
      problems
        .filter((one) => fresh && one.field === `variants.${language}.${name}` && one.line !== undefined)
        .toReversed()
        .map((one) => [one.line!, { level: one.level, text: word(one) }]),
    );
  const insert = (text: string): void => {
    const place = placeOf(field);
    const before = variant?.[field] ?? "";
    const [from, to] = place
      ? [place.selectionStart ?? before.length, place.selectionEnd ?? before.length]
      : [before.length, before.length];
    draft.write(language, { [field]: before.slice(0, from) + text + before.slice(to) });
    requestAnimationFrame(() => {
      place?.focus();
      place?.setSelectionRange(from + text.length, from + text.length);
    });
  };
  const go = (problem: MessageProblemBody): void => {
    const found = /^variants\.([^.]+)\.(\w+)$/.exec(problem.field);
    if (!found) return;
    pick(found[1]!);
    const name = found[2] as Field;
    if (name === "source" && problem.line !== undefined) setShow({ line: problem.line });
    else placeOf(name)?.focus();
  };
  return (
    <>
      {draft.channel === "webhook" ? (
        <p className="small soft">{say.jsonNote}</p>
      ) : (
        <>
          <Kind draft={draft} />
          <Languages draft={draft} language={language} languages={languages} pick={pick} />
        </>
      )}
      {!variant && <p className="soft">{say.empty}</p>}
      {variant && (
        <>
          {!WITHOUT_TITLE.has(draft.channel) ? (
            <TextInput
              ref={subjectPlace}
              label={variant.format === "text" ? say.titleOf : say.subject}
              value={variant.subject}
              maxLength={500}
              error={of("subject") ? word(of("subject")!) : undefined}
              onFocus={() => setField("subject")}
              onChange={(event) => draft.write(language, { subject: event.currentTarget.value })}
            />
          ) : null}
          {mail && (
            <TextInput
              ref={preheaderPlace}
              label={say.preheader}
              description={say.preheaderHelp}
              value={variant.preheader}
              maxLength={500}
              onFocus={() => setField("preheader")}
              onChange={(event) => draft.write(language, { preheader: event.currentTarget.value })}
            />
          )}
          <div className="row between wrap">
            <b className="small">{variant.format === "text" ? say.text : `${say.source}, ${variant.format.toUpperCase()}`}</b>
            <Fields insert={insert} />
          </div>
          <Code
            label={say.source}
            area={sourcePlace}
            value={variant.source}
            marks={marks("source")}
            show={show}
            onFocus={() => setField("source")}
            onChange={(source) => draft.write(language, { source })}
          />
          <Problems problems={problems} go={go} />
          {variant.format === "text" && <p className="tiny faint">{say.letters(variant.source.length)}</p>}
          {mail && (
            <Switch
              label={say.ownText}
              description={variant.text === null ? say.madeText : undefined}
              checked={variant.text !== null}
              onChange={(event) => draft.write(language, { text: event.currentTarget.checked ? "" : null })}
            />
          )}
          {variant.text !== null && (
            <Code
              label={say.text}
              area={textPlace}
              value={variant.text}
              marks={marks("text")}
              show={null}
              onFocus={() => setField("text")}
              onChange={(text) => draft.write(language, { text })}
            />
          )}
        </>
      )}
    </>
  );
}

function Kind({ draft }: { readonly draft: Draft }) {
  const say = useWords(editorWords);
  const { language } = useLanguage();
  const topics = (useQuery(ask(listTopics, {})).data?.items ?? []).filter((one) => one.archivedAt === null || one.key === draft.now.topic);
  const sender = useQuery(ask(getWorkspace, {})).data?.settings.sender;
  return (
    <div className="row wrap between">
      <div className="row wrap">
        <SegmentedControl
          size="xs"
          aria-label={say.class}
          value={draft.now.class}
          onChange={(value) => draft.change({ class: value as "marketing" | "transactional" })}
          data={[
            { value: "marketing", label: say.marketing },
            { value: "transactional", label: say.transactional },
          ]}
        />
        {topics.length > 0 && (
          <NativeSelect
            size="xs"
            aria-label={say.topic}
            value={draft.now.topic}
            onChange={(event) => draft.change({ topic: event.currentTarget.value })}
            data={[{ value: "", label: say.noTopic }, ...topics.map((one) => ({ value: one.key, label: one.names[language] ?? one.key }))]}
          />
        )}
      </div>
      {sender && (
        <span className="small soft mail-sender">
          {say.sender} <b>{sender.email === "" ? say.noSender : [sender.name, sender.email].filter(Boolean).join(", ")}</b>{" "}
          <Link to="/settings">{say.toSettings}</Link>
        </span>
      )}
    </div>
  );
}

function Languages({ draft, language, languages, pick }: Omit<WriteProps, "problems" | "fresh">) {
  const say = useWords(editorWords);
  const { content } = draft.now;
  const called = (one: string): string => say.names[one as keyof typeof say.names] ?? one;
  const missing = KNOWN_LANGUAGES.filter((one) => !languages.includes(one));
  const add = (one: string): void => {
    draft.change({
      content: {
        ...content,
        ...(languages.length === 0 && { fallback: one }),
        variants: {
          ...content.variants,
          [one]:
            content.variants[content.fallback] ??
            (draft.channel === "email"
              ? { subject: "", preheader: "", format: "mjml", source: BLANK, text: null }
              : { subject: "", preheader: "", format: "text", source: "", text: null }),
        },
      },
    });
    pick(one);
  };
  const remove = (): void => {
    const { [language]: _gone, ...variants } = content.variants;
    draft.change({ content: { ...content, variants } });
  };
  return (
    <div className="mail-langs">
      <div role="tablist" aria-label={say.languages}>
        {languages.map((one) => (
          <button type="button" key={one} role="tab" aria-selected={one === language} onClick={() => pick(one)}>
            {called(one)}
            {one === content.fallback && languages.length > 1 && <span className="tiny faint"> {say.fallback}</span>}
          </button>
        ))}
      </div>
      {missing.map((one) => (
        <Button
          key={one}
          size="compact-sm"
          variant="subtle"
          leftSection={<IconPlus size={13} aria-hidden />}
          aria-label={`${say.addLanguage} ${called(one)}`}
          onClick={() => add(one)}
        >
          {called(one)}
        </Button>
      ))}
      {languages.length > 1 && language !== content.fallback && (
        <span className="row" style={{ marginLeft: "auto" }}>
          <Button size="compact-sm" variant="subtle" onClick={() => draft.change({ content: { ...content, fallback: language } })}>
            {say.makeFallback}
          </Button>
          <Button size="compact-sm" variant="subtle" onClick={remove}>
            {say.removeLanguage}
          </Button>
        </span>
      )}
    </div>
  );
}

/** A list is read one by one: the fields a shop's cart has of each product. */
const eachOf = (path: string): string =>
  `{% for item in ${path} %}{{ item.title }}, {{ item.quantity }} × {{ item.price | money: cart.currency }}{% endfor %}`;

/** What a message can name, put where the cursor stands. */
function Fields({ insert }: { readonly insert: (text: string) => void }) {
  const say = useWords(editorWords);
  const { language } = useLanguage();
  const variables = useQuery(ask(listVariables, {})).data?.variables ?? [];
  const attributes = (useQuery(ask(listAttributes, {})).data?.items ?? []).filter((one) => /^attributes\.\w+$/.test(one.name)).slice(0, 30);
  const own = attributes
    .map((one) => ({ path: one.name.replace("attributes.", "contact."), name: one.name.replace("attributes.", "") }))
    .filter((one) => !variables.some((known) => known.path === one.path));
  const all = [
    ...variables.map((one) => ({
      path: one.path,
      name: one.names[language] ?? one.path,
      ...(Array.isArray(one.sample) && { text: eachOf(one.path) }),
    })),
    ...own.map((one) => ({ ...one, text: undefined })),
  ];
  const groupOf = (path: string): keyof typeof say.groups => {
    const root = path.split(".")[0]!;
    return root === "workspace" ? "store" : root in say.groups ? (root as keyof typeof say.groups) : "other";
  };
  const groups = Map.groupBy(all, (one) => groupOf(one.path));
  return (
    <Menu position="bottom-end" width={280}>
      <Menu.Target>
        <Button size="xs" variant="default">
          {say.insert}
        </Button>
      </Menu.Target>
      <Menu.Dropdown mah={420} style={{ overflowY: "auto" }}>
        {[...groups].map(([group, fields]) => [
          <Menu.Label key={group}>{say.groups[group]}</Menu.Label>,
          ...fields.map((one) => (
            <Menu.Item key={one.path} onClick={() => insert(one.text ?? `{{ ${one.path} }}`)}>
              {one.name}
              <span className="tiny faint"> {one.path}</span>
            </Menu.Item>
          )),
        ])}
      </Menu.Dropdown>
    </Menu>
  );
}

function useProblem(): (problem: MessageProblemBody) => string {
  const say = useWords(editorWords);
  const known = say.says as Readonly<Record<string, string>>;
  return (one) => {
    const detail =
      one.detail !== undefined && !/^line \d+$/.test(one.detail) ? ` ${one.detail}` : one.code === "mjml.invalid" ? ` ${one.message}` : "";
    return `${known[one.code] ?? one.message}${detail}`;
  };
}

function Problems({
  problems,
  go,
}: {
  readonly problems: readonly MessageProblemBody[];
  readonly go: (problem: MessageProblemBody) => void;
}) {
  const say = useWords(editorWords);
  const word = useProblem();
  if (problems.length === 0) return <p className="small soft">{say.noProblems}</p>;
  const sorted = problems.toSorted((a, b) => (a.level === b.level ? 0 : a.level === "error" ? -1 : 1));
  return (
    <section aria-label={say.problems}>
      <ul className="mail-problems">
        {sorted.map((one, at) => {
          const place = [/^variants\.([^.]+)\./.exec(one.field)?.[1], one.line === undefined ? undefined : say.line(String(one.line))]
            .filter((part) => part !== undefined)
            .join(", ");
          return (
            <li key={at}>
              <button type="button" data-level={one.level} onClick={() => go(one)}>
                {one.level === "error" ? (
                  <IconAlertOctagon size={15} color="var(--r-garance)" aria-hidden />
                ) : (
                  <IconAlertTriangle size={15} color="var(--r-ocre)" aria-hidden />
                )}
                <span>
                  {word(one)}
                  {place !== "" && <span className="faint"> ({place})</span>}
                </span>
              </button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

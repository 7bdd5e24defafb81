import { Button, CopyButton, SegmentedControl } from "@mantine/core";
import type { FormBody, FormProblemBody } from "@relance/contract/forms";
import { IconAlertOctagon, IconAlertTriangle } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useLanguage } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { inScheme } from "../../ui/in-scheme.ts";
import { Waiting } from "../../ui/page.tsx";
import { formWords } from "./words.ts";

export type ShownPage = "form" | "sent" | "confirm" | "thanks";
const PAGES = ["form", "sent", "confirm", "thanks"] as const;

interface Props {
  readonly html: string | null;
  readonly error: unknown;
  readonly page: ShownPage;
  readonly show: (page: ShownPage) => void;
  readonly problems: readonly FormProblemBody[];
  readonly form: FormBody;
}

/** The pages as people see them, what is wrong with them, and where they are. */
export function See({ html, error, page, show, problems, form }: Props) {
  const say = useWords(formWords);
  const [width, setWidth] = useState("phone");
  const [dark, setDark] = useState(false);
  return (
    <>
      <section aria-label={say.preview} className="stack">
        <div className="row wrap between">
          <SegmentedControl
            size="xs"
            aria-label={say.preview}
            value={page}
            onChange={(value) => show(value as ShownPage)}
            data={PAGES.map((one) => ({ value: one, label: say.pages[one] }))}
          />
          <div className="row wrap">
            <SegmentedControl
              size="xs"
              aria-label={say.width}
              value={width}
              onChange={setWidth}
              data={[
                { value: "desktop", label: say.desktop },
                { value: "phone", label: say.phone },
              ]}
            />
            <SegmentedControl
              size="xs"
              aria-label={say.scheme}
              value={dark ? "dark" : "light"}
              onChange={(value) => setDark(value === "dark")}
              data={[
                { value: "light", label: say.light },
                { value: "dark", label: say.dark },
              ]}
            />
          </div>
        </div>
        <RefusalNote error={error} />
        {html === null && !error && <Waiting />}
        {html !== null && (
          <iframe
            className="mail-frame form-frame"
            data-width={width}
            data-dark={dark}
            title={say.frame}
            sandbox=""
            srcDoc={inScheme(html, dark)}
          />
        )}
      </section>
      <Checks problems={problems} />
      <Place form={form} />
    </>
  );
}

function Checks({ problems }: { readonly problems: readonly FormProblemBody[] }) {
  const say = useWords(formWords);
  const { language } = useLanguage();
  const sorted = problems.toSorted((a, b) => (a.level === b.level ? 0 : a.level === "error" ? -1 : 1));
  return (
    <section aria-label={say.checks}>
      <h2>{say.checks}</h2>
      {problems.length === 0 && <p className="small soft">{say.allGood}</p>}
      <ul className="form-checks">
        {sorted.map((one) => (
          <li key={`${one.code} ${one.field}`} data-level={one.level}>
            {one.level === "error" ? (
              <IconAlertOctagon size={15} stroke={1.6} aria-hidden />
            ) : (
              <IconAlertTriangle size={15} stroke={1.6} aria-hidden />
            )}
            {one.message[language]}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Place({ form }: { readonly form: FormBody }) {
  const say = useWords(formWords);
  return (
    <section aria-label={say.place} className="stack">
      <h2>{say.place}</h2>
      {form.liveVersion === null && <p className="small soft">{say.placeDraft}</p>}
      <Copied label={say.address} text={form.address} />
      {form.liveVersion !== null && (
        <a className="small" href={form.address} target="_blank" rel="noopener">
          {say.open}
        </a>
      )}
      <Copied label={say.code} text={form.embed} />
      <p className="small soft" style={{ margin: 0 }}>
        <b>{say.journey}</b>
        <br />
        {say.journeyHelp} <Link to="/journeys/library">{say.toLibrary}</Link>
      </p>
    </section>
  );
}

function Copied({ label, text }: { readonly label: string; readonly text: string }) {
  const say = useWords(formWords);
  return (
    <div>
      <div className="row between">
        <span className="small">
          <b>{label}</b>
        </span>
        <CopyButton value={text}>
          {({ copied, copy }) => (
            <Button size="compact-sm" variant="subtle" aria-label={`${say.copy}: ${label}`} onClick={copy}>
              {copied ? say.copied : say.copy}
            </Button>
          )}
        </CopyButton>
      </div>
      <code className="form-code">{text}</code>
    </div>
  );
}

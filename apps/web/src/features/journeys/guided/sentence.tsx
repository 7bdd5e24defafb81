import { Fragment, useId, useState, type ReactNode } from "react";
import type { Span } from "@relance/model/rules";
import { useWords } from "../../../i18n/words.ts";
import { Pick } from "../../segments/chips.tsx";
import { panelWords } from "../panels/panel-words.ts";
import { sentenceWords } from "./sentence-words.ts";

/** A sentence with choices in it: `{name}` in its text stands where a choice is. */
export function Sentence({ text, parts }: { readonly text: string; readonly parts: Readonly<Record<string, ReactNode>> }) {
  return (
    <p className="choices">
      {text.split(/(\{\w+\})/).map((piece, at) => (
        <Fragment key={at}>{piece.startsWith("{") ? parts[piece.slice(1, -1)] : piece}</Fragment>
      ))}
    </p>
  );
}

/** What the sentence does not say, one press away. */
export function More({ about, children }: { readonly about: string; readonly children: ReactNode }) {
  const say = useWords(sentenceWords);
  const [open, setOpen] = useState(false);
  const id = useId();
  return (
    <>
      <button
        type="button"
        className="link-button small"
        aria-expanded={open}
        aria-controls={id}
        aria-label={`${open ? say.less : say.more}: ${about}`}
        onClick={() => setOpen(!open)}
      >
        {open ? say.less : say.more}
      </button>
      <div id={id} className="choices-more" hidden={!open}>
        {open && children}
      </div>
    </>
  );
}

interface Counted {
  readonly label: string;
  readonly value: number;
  readonly least?: number;
  readonly most?: number;
  readonly whole?: boolean;
  readonly put: (n: number) => void;
}
/** A number in a sentence. While what is typed is none, the last one holds; it is back when the field is left. */
export function Count({ label, value, least = 1, most = 1e9, whole = true, put }: Counted) {
  const [typed, setTyped] = useState<string | null>(null);
  const shown = typed ?? String(value);
  const type = (text: string): void => {
    setTyped(text);
    const n = Number(text);
    if (text.trim() !== "" && Number.isFinite(n) && n >= least && n <= most) put(whole ? Math.round(n) : n);
  };
  return (
    <input
      className="chip"
      type="number"
      inputMode="decimal"
      aria-label={label}
      min={least}
      max={most}
      step={whole ? 1 : "any"}
      value={shown}
      style={{ width: `${Math.max(shown.length, 2) + 4}ch` }}
      onChange={(event) => type(event.currentTarget.value)}
      onBlur={() => setTyped(null)}
    />
  );
}

const UNITS = ["minute", "hour", "day", "week", "month", "year"] as const;
/** A length of time in a sentence. */
export function Lasting({
  label,
  span,
  units = UNITS,
  put,
}: {
  readonly label: string;
  readonly span: Span;
  readonly units?: readonly (typeof UNITS)[number][];
  readonly put: (span: Span) => void;
}) {
  const say = useWords(panelWords);
  const one = useWords(sentenceWords).unit;
  return (
    <>
      <Count label={label} value={span.n} put={(n) => put({ ...span, n })} />{" "}
      <Pick
        label={`${label}, ${say.unit}`}
        value={span.unit as (typeof UNITS)[number]}
        options={units.map((unit) => [unit, span.n === 1 ? one[unit] : say.units[unit]])}
        onChange={(unit) => put({ ...span, unit })}
      />
    </>
  );
}

/** A time of day in a sentence. */
export function Clock({ label, at, put }: { readonly label: string; readonly at: string; readonly put: (at: string) => void }) {
  return (
    <input
      className="chip"
      type="time"
      aria-label={label}
      value={at}
      onChange={(event) => {
        if (event.currentTarget.value) put(event.currentTarget.value);
      }}
    />
  );
}

/** So many days before or after, or the day itself. */
export function Around({ days, put }: { readonly days: number; readonly put: (days: number) => void }) {
  const say = useWords(panelWords);
  const { around } = useWords(sentenceWords);
  const way = days === 0 ? "on" : days < 0 ? "before" : "after";
  const to = (n: number, chosen: string): void => put(chosen === "on" ? 0 : (chosen === "before" ? -1 : 1) * Math.max(1, n));
  return (
    <>
      {way !== "on" && (
        <>
          <Count label={say.n} value={Math.abs(days)} most={366} put={(n) => to(n, way)} />{" "}
        </>
      )}
      <Pick
        label={say.offset}
        value={way}
        options={(["on", "before", "after"] as const).map((one) => [one, around[one]])}
        onChange={(chosen) => to(Math.abs(days), chosen)}
      />
    </>
  );
}

/** A thing of the workspace in a sentence; what was chosen and is gone stays visible as "…". */
export function Named({
  label,
  value,
  none,
  items,
  put,
}: {
  readonly label: string;
  readonly value: string | null;
  readonly none?: string;
  readonly items: readonly { readonly id: string; readonly name: string }[];
  readonly put: (id: string | null) => void;
}) {
  const known = value === null || items.some((one) => one.id === value);
  const options: (readonly [string, string])[] = [
    ...(none === undefined ? [] : [["", none] as const]),
    ...(known ? [] : [[value, "…"] as const]),
    ...items.map((one) => [one.id, one.name] as const),
  ];
  return (
    <Pick
      label={label}
      value={value ?? ""}
      options={options}
      {...(none !== undefined && value === null && { tone: "quiet" })}
      onChange={(id) => put(id === "" ? null : id)}
    />
  );
}

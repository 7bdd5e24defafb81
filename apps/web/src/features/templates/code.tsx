import { useEffect, useRef, type RefObject } from "react";

const LINE = 20;

interface CodeProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** What is wrong, by line from 1. */
  readonly marks: ReadonlyMap<number, { readonly level: "error" | "warning"; readonly text: string }>;
  /** Brings a line into view; another object is another wish. */
  readonly show: { readonly line: number } | null;
  readonly area: RefObject<HTMLTextAreaElement | null>;
  readonly onFocus: () => void;
}

/** A source with the numbers of its lines and marks where something is wrong. The browser's own text field: its undo, its search, its keyboard. */
export function Code({ label, value, onChange, marks, show, area, onFocus }: CodeProps) {
  const gutter = useRef<HTMLDivElement>(null);
  const lines = value.split("\n").length;
  useEffect(() => {
    const field = area.current;
    if (!show || !field) return;
    const starts = field.value
      .split("\n")
      .slice(0, show.line - 1)
      .reduce((sum, line) => sum + line.length + 1, 0);
    field.focus({ preventScroll: true });
    field.setSelectionRange(starts, starts + (field.value.split("\n")[show.line - 1]?.length ?? 0));
    field.scrollTo({ top: Math.max(0, (show.line - 4) * LINE) });
    field.scrollIntoView({ block: "nearest" });
  }, [show, area]);
  return (
    <div className="code">
      <div className="code-gutter" ref={gutter} aria-hidden>
        {Array.from({ length: lines }, (_none, at) => (
          <div key={at} data-level={marks.get(at + 1)?.level} title={marks.get(at + 1)?.text}>
            {at + 1}
          </div>
        ))}
      </div>
      <textarea
        ref={area}
        aria-label={label}
        value={value}
        spellCheck={false}
        autoCapitalize="off"
        autoCorrect="off"
        wrap="off"
        onFocus={onFocus}
        onChange={(event) => onChange(event.currentTarget.value)}
        onScroll={(event) => {
          if (gutter.current) gutter.current.scrollTop = event.currentTarget.scrollTop;
        }}
      />
    </div>
  );
}

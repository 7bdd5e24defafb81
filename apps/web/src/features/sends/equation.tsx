import type { SendLedgerBody, SendState } from "@relance/contract/delivery";
import { Link } from "@tanstack/react-router";
import { Fragment } from "react";
import { useFormats } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { addsUp } from "../../ui/adds-up.ts";
import "./sends.css";
import { sendsWords } from "./words.ts";

/** The parts of what was planned, each of the states that make it up; the first of them is what its number opens. */
const PARTS = {
  accepted: ["accepted"],
  pending: ["waiting", "held", "claimed", "handing"],
  skipped: ["skipped"],
  failed: ["failed"],
  uncertain: ["uncertain"],
} as const satisfies Readonly<Record<string, readonly SendState[]>>;
type Part = keyof typeof PARTS;

/** Planned = sent + pending + not sent + refused + uncertain, as a line and as a bar. The double rule stands only when it really adds up. */
export function Equation({ ledger }: { readonly ledger: SendLedgerBody }) {
  const say = useWords(sendsWords);
  const { number } = useFormats();
  const sumOf = (part: Part): number =>
    ledger.states.filter((one) => (PARTS[part] as readonly SendState[]).includes(one.state)).reduce((sum, one) => sum + one.n, 0);
  const parts = (Object.keys(PARTS) as Part[]).map((part) => ({ part, n: sumOf(part) }));
  const sums = addsUp(
    parts.map((one) => one.n),
    ledger.planned,
  );
  return (
    <div className="equation" data-sums={sums || undefined}>
      <p>
        <b>{number(ledger.planned)}</b> {say.plannedWord(ledger.planned)}
        {parts.map(({ part, n }, at) => (
          <Fragment key={part}>
            {" "}
            <span>
              <span className="soft">{at === 0 ? "=" : "+"}</span>{" "}
              {part === "pending" ? (
                <b>{number(n)}</b>
              ) : (
                <Link to="/sends" search={{ state: PARTS[part][0] }}>
                  <b>{number(n)}</b>
                </Link>
              )}{" "}
              {say.parts[part](n)}
            </span>
          </Fragment>
        ))}
      </p>
      <div className="equation-bar" aria-hidden>
        {parts
          .filter((one) => one.n > 0)
          .map(({ part, n }) => (
            <i key={part} data-part={part} style={{ flexGrow: n }} />
          ))}
      </div>
      {!sums && (
        <p className="small danger" role="alert">
          {say.broken}
        </p>
      )}
    </div>
  );
}

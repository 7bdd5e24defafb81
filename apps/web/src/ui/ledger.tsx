import type { ReactNode } from "react";
import { addsUp } from "./adds-up.ts";

export interface LedgerLine {
  readonly key: string;
  readonly label: ReactNode;
  readonly value: number;
}

/** Lines and their total. The double rule means the lines really sum to the total: it is drawn only when they do, else `broken` is said. */
export function Ledger({
  lines,
  total,
  label,
  broken,
  format,
}: {
  readonly lines: readonly LedgerLine[];
  readonly total: number;
  readonly label: string;
  readonly broken: string;
  readonly format: (value: number) => string;
}) {
  const sums = addsUp(
    lines.map((line) => line.value),
    total,
  );
  return (
    <table className="plain">
      <tbody>
        {lines.map((line) => (
          <tr key={line.key}>
            <td>{line.label}</td>
            <td className="right">{format(line.value)}</td>
          </tr>
        ))}
        <tr className={sums ? "total" : "no-total"}>
          <td>{label}</td>
          <td className="right">{format(total)}</td>
        </tr>
        {!sums && (
          <tr>
            <td colSpan={2} className="small">
              {broken}
            </td>
          </tr>
        )}
      </tbody>
    </table>
  );
}

import { Button } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useSession } from "../../app/session.tsx";
import { useFormats } from "../../i18n/language.tsx";
import { useNow } from "../../ui/now.ts";
import { Part } from "../../ui/page.tsx";

/** A source as one line: what it is, how it stands, when something last came of it, and how much. */
interface SourceLine {
  readonly id: string;
  readonly to: string;
  readonly name: string;
  readonly kind: string;
  readonly state: ReactNode;
  readonly lastAt: string | null;
  /** Null: not known yet. */
  readonly rows: number | null;
  readonly refused: number;
}

interface TableProps {
  readonly say: {
    readonly part: string;
    readonly none: string;
    readonly state: string;
    readonly last: string;
    readonly never: string;
    readonly refused: string;
    readonly add: string;
  };
  /** What the columns of names and of rows are called. */
  readonly head: { readonly source: string; readonly rows: string };
  readonly lines: readonly SourceLine[] | undefined;
  readonly error: unknown;
  readonly add: string;
  readonly children?: ReactNode;
}

/** The sources of one sort, with how to add one. */
export function SourceTable({ say, head, lines, error, add, children }: TableProps) {
  const { workspace } = useSession();
  return (
    <Part title={say.part}>
      <RefusalNote error={error} />
      {lines?.length === 0 && <p className="soft">{say.none}</p>}
      {lines && lines.length > 0 && (
        <table className="plain">
          <thead>
            <tr>
              <th>{head.source}</th>
              <th>{say.state}</th>
              <th className="wide">{say.last}</th>
              <th className="right wide">{head.rows}</th>
              <th className="right">{say.refused}</th>
            </tr>
          </thead>
          <tbody>
            {lines.map((line) => (
              <Row key={line.id} line={line} never={say.never} />
            ))}
          </tbody>
        </table>
      )}
      {workspace?.role === "admin" && (
        <div style={{ marginTop: 14 }}>
          <Button component={Link} to={add} variant="default" leftSection={<IconPlus size={16} stroke={1.5} />}>
            {say.add}
          </Button>
        </div>
      )}
      {children}
    </Part>
  );
}

function Row({ line, never }: { readonly line: SourceLine; readonly never: string }) {
  const { number, ago } = useFormats();
  const now = useNow();
  return (
    <tr>
      <td>
        <Link to={line.to}>
          <b>{line.name}</b>
        </Link>
        <div className="small soft">{line.kind}</div>
      </td>
      <td>{line.state}</td>
      <td className="wide">{line.lastAt === null ? <span className="faint">{never}</span> : ago(line.lastAt, now)}</td>
      <td className="right wide">{line.rows === null ? "–" : number(line.rows)}</td>
      <td className="right" style={line.refused > 0 ? { color: "var(--r-garance)", fontWeight: 600 } : undefined}>
        {number(line.refused)}
      </td>
    </tr>
  );
}

import type { ReactNode } from "react";

/** What the dot of a moment says: it happened, it is a fact of ours, it is now, it did not happen, it went well, it went wrong. */
export type Sign = "past" | "fact" | "now" | "not" | "good" | "bad";

/** The thread: anything in time. */
export function Thread({ children }: { readonly children: ReactNode }) {
  return <ol className="thread">{children}</ol>;
}

export function Moment({
  sign = "past",
  title,
  at,
  children,
}: {
  readonly sign?: Sign;
  readonly title: ReactNode;
  readonly at?: ReactNode;
  readonly children?: ReactNode;
}) {
  return (
    <li data-sign={sign}>
      <div className="row between" style={{ alignItems: "baseline" }}>
        <span className="grow">{title}</span>
        {at !== undefined && (
          <span className="tiny faint" style={{ whiteSpace: "nowrap" }}>
            {at}
          </span>
        )}
      </div>
      {children !== undefined && <div className="small soft">{children}</div>}
    </li>
  );
}

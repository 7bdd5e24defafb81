import type { ReactNode } from "react";

/** The bar on top of a screen: title, a plain note, and at most one filled button among its actions. */
export function Head({ title, note, actions }: { readonly title: ReactNode; readonly note?: ReactNode; readonly actions?: ReactNode }) {
  return (
    <header className="head">
      <h1 className="cut">{title}</h1>
      {note !== undefined && <span className="small soft wide cut">{note}</span>}
      {actions !== undefined && <div className="head-actions">{actions}</div>}
    </header>
  );
}

/** The work column and, when there is something to say beside it, the margin. */
export function Sheet({ children, margin }: { readonly children: ReactNode; readonly margin?: ReactNode }) {
  return (
    <div className={margin === undefined ? "sheet" : "sheet sheet-with-margin"}>
      <div className="work">{children}</div>
      {margin !== undefined && <aside className="margin">{margin}</aside>}
    </div>
  );
}

/** A titled part of the work column. */
export function Part({ title, aside, children }: { readonly title: string; readonly aside?: ReactNode; readonly children: ReactNode }) {
  return (
    <section className="part">
      <div className="part-head">
        <h2>{title}</h2>
        {aside !== undefined && <span className="small faint">{aside}</span>}
      </div>
      {children}
    </section>
  );
}

/** What a screen says before it has anything: what to do next, never "nothing here". */
export function Empty({ title, text, children }: { readonly title: string; readonly text: string; readonly children?: ReactNode }) {
  return (
    <div className="empty">
      <h2>{title}</h2>
      <p className="soft">{text}</p>
      {children !== undefined && <div className="actions">{children}</div>}
    </div>
  );
}

const WIDTHS = ["62%", "84%", "47%", "71%", "56%", "78%"];

/** Lines in the shape of what is being loaded. */
export function Waiting({ lines = 4 }: { readonly lines?: number }) {
  return (
    <div aria-busy="true">
      {Array.from({ length: lines }, (_none, at) => (
        <div className="waiting" key={at} style={{ width: WIDTHS[at % WIDTHS.length] }} />
      ))}
    </div>
  );
}

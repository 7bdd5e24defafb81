import { IconX } from "@tabler/icons-react";
import { useId, useLayoutEffect, useRef, type ReactNode } from "react";

/** A question above the page: the browser keeps the focus inside, gives it back at the end, and Escape closes. Shown while mounted; `data-autofocus` marks what has the focus first. */
export function Dialog({
  title,
  close,
  closeWord,
  wide = false,
  foot,
  children,
}: {
  readonly title: string;
  readonly close: () => void;
  readonly closeWord: string;
  readonly wide?: boolean;
  readonly foot?: ReactNode;
  readonly children: ReactNode;
}) {
  const place = useRef<HTMLDialogElement>(null);
  const id = useId();
  useLayoutEffect(() => {
    const dialog = place.current!;
    dialog.showModal();
    dialog.querySelector<HTMLElement>("[data-autofocus]")?.focus();
    return () => dialog.close(); // before it goes: a dialog that is only removed does not give the focus back
  }, []);
  return (
    <dialog
      ref={place}
      className="dialog"
      data-wide={wide || undefined}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        close();
      }}
    >
      <header>
        <h2 id={id} className="grow">
          {title}
        </h2>
        <button type="button" className="dialog-close" aria-label={closeWord} title={closeWord} onClick={close}>
          <IconX size={18} stroke={1.5} aria-hidden />
        </button>
      </header>
      <div className="dialog-body">{children}</div>
      {foot !== undefined && <footer>{foot}</footer>}
    </dialog>
  );
}

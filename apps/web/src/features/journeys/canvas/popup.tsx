import { Menu } from "@mantine/core";
import type { ReactNode } from "react";
import type { Way } from "./layout.ts";

/** Where a menu of the canvas is open: one for all its steps and ways, so that three hundred of them don't carry three hundred. */
export interface Popup {
  readonly x: number;
  readonly y: number;
  readonly opener: HTMLElement;
  /** A way on which something can be put (`end`: where it ends), or a step. */
  readonly about: { readonly of: "way"; readonly after: Way["from"]; readonly end: boolean } | { readonly of: "step"; readonly id: string };
}

export function PopupMenu({ popup, close, children }: { readonly popup: Popup; readonly close: () => void; readonly children: ReactNode }) {
  const shut = (): void => {
    close();
    popup.opener.focus();
  };
  return (
    <Menu
      opened
      onChange={(open) => {
        if (!open) shut();
      }}
      position="bottom"
      withinPortal
      returnFocus={false}
    >
      <Menu.Target>
        <span style={{ position: "fixed", left: popup.x, top: popup.y, width: 1, height: 1 }} />
      </Menu.Target>
      <Menu.Dropdown mah={360} style={{ overflowY: "auto" }}>
        {children}
      </Menu.Dropdown>
    </Menu>
  );
}

import { MantineProvider, mergeThemeOverrides, Modal } from "@mantine/core";
import { useMemo, type ReactNode } from "react";
import { useWords } from "../i18n/words.ts";
import { cssVariablesResolver, theme } from "../ui/theme.ts";
import { shellWords } from "./words.ts";

/** The look, and the words the look itself says: the cross of a dialog has a name in the reader's language. */
export function Themed({ children }: { readonly children: ReactNode }) {
  const { close } = useWords(shellWords);
  const worded = useMemo(
    () =>
      mergeThemeOverrides(theme, { components: { Modal: Modal.extend({ defaultProps: { closeButtonProps: { "aria-label": close } } }) } }),
    [close],
  );
  return (
    <MantineProvider theme={worded} cssVariablesResolver={cssVariablesResolver} defaultColorScheme="auto">
      {children}
    </MantineProvider>
  );
}

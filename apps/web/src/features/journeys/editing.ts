import { useHotkeys } from "@mantine/hooks";
import type { Graph } from "@relance/model/journeys";
import { useMemo, useState } from "react";
import { useNewest } from "../../ui/newest.ts";
import { focusStep } from "./canvas/focus-step.ts";
import { START } from "./canvas/layout.ts";
import { useMarks } from "./canvas/marks.ts";
import type { StepGestures } from "./canvas/step-menu.tsx";
import { useStepClipboard } from "./clipboard.ts";
import type { Draft } from "./draft.ts";
import type { Names } from "./names.ts";
import type { Tab } from "./panels/side-panel.tsx";

export type Editing = ReturnType<typeof useEditing>;

/** What is looked at and marked while a journey is edited, and what keys and menus do with it. @param opened where a link led; `edit`: whether this person may change it here */
export function useEditing({
  draft,
  graph,
  names,
  opened,
  edit,
}: {
  readonly draft: Draft;
  readonly graph: Graph;
  readonly names: Names;
  readonly opened: { readonly step: string | null; readonly tab: Tab };
  readonly edit: { readonly rights: boolean; readonly here: boolean };
}) {
  const [chosen, setChosen] = useState(opened.step);
  const [tab, setTab] = useState(opened.tab);
  const [sheet, setSheet] = useState(false);
  const [message, tell] = useState<string | null>(null);
  const choose = (id: string | null, to: Tab = "setup"): void => {
    setChosen(id);
    setTab(to);
    setSheet(false);
    release();
    if (id !== null) tell(null);
  };
  const marks = useMarks(graph, chosen);
  const clipboard = useStepClipboard({
    draft,
    marks,
    chosen,
    readOnly: !edit.here,
    names: useMemo(() => new Map(Object.values(names).flatMap((of) => [...of])), [names]),
    choose: (id) => {
      choose(id);
      focusStep(id);
    },
  });
  const release = (): void => {
    marks.unmark();
    clipboard.tell("");
  };
  const remove = (ids: readonly string[]): void => {
    draft.command({ kind: "remove", steps: ids });
    release();
  };
  const doing = useNewest({
    copy: clipboard.copy,
    cut: clipboard.cut,
    paste: clipboard.paste,
    follow: marks.markOn,
    remove: () => {
      remove([...marks.picked]);
      setChosen(null);
    },
  });
  const gestures = useMemo((): StepGestures => ({ readOnly: !edit.rights, ...doing }), [edit.rights, doing]);
  useHotkeys(
    edit.rights
      ? [
          ["mod+Z", draft.undo],
          ["mod+shift+Z", draft.redo],
          ["mod+Y", draft.redo],
        ]
      : [],
  );
  // A dialog has an Escape of its own, which must reach the browser.
  const leave = () => {
    if (!document.querySelector("dialog[open]")) choose(null);
  };
  useHotkeys([["Escape", leave, { preventDefault: false }]]);
  return {
    chosen,
    choose,
    /** The step with an id, or the start. */
    toStep: (id: string | null): void => choose(id ?? START),
    tab,
    setTab,
    sheet,
    openSheet: () => setSheet(true),
    message,
    tell,
    marks,
    clipboard,
    gestures,
    remove,
    release,
  };
}

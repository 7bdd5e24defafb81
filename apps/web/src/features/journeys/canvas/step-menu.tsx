import { Button, Menu } from "@mantine/core";
import { IconClipboard, IconCopy, IconCut, IconDots, IconSubtask, IconTrash } from "@tabler/icons-react";
import { memo } from "react";
import { useWords } from "../../../i18n/words.ts";
import { clipboardWords } from "../clipboard-words.ts";
import { START } from "./layout.ts";

const icon = { size: 15, stroke: 1.5, "aria-hidden": true } as const;

/** What one does with a step, or with those chosen together, beside setting it up. */
export interface StepGestures {
  readonly readOnly: boolean;
  readonly copy: () => void;
  readonly cut: () => void;
  readonly paste: () => void;
  readonly follow: (id: string) => void;
  readonly remove: () => void;
}

export function StepItems({ id, gestures }: { readonly id: string; readonly gestures: StepGestures }) {
  const say = useWords(clipboardWords);
  const { readOnly } = gestures;
  const isStep = id !== START;
  return (
    <>
      {isStep && (
        <Menu.Item leftSection={<IconCopy {...icon} />} rightSection={<kbd>Ctrl C</kbd>} onClick={gestures.copy}>
          {say.copy}
        </Menu.Item>
      )}
      {isStep && !readOnly && (
        <Menu.Item leftSection={<IconCut {...icon} />} rightSection={<kbd>Ctrl X</kbd>} onClick={gestures.cut}>
          {say.cutWord}
        </Menu.Item>
      )}
      {!readOnly && (
        <Menu.Item leftSection={<IconClipboard {...icon} />} rightSection={<kbd>Ctrl V</kbd>} onClick={gestures.paste}>
          {say.paste}
        </Menu.Item>
      )}
      {isStep && (
        <Menu.Item leftSection={<IconSubtask {...icon} />} onClick={() => gestures.follow(id)}>
          {say.follow}
        </Menu.Item>
      )}
      {isStep && !readOnly && (
        <>
          <Menu.Divider />
          <Menu.Item leftSection={<IconTrash {...icon} />} className="danger" onClick={gestures.remove}>
            {say.remove}
          </Menu.Item>
        </>
      )}
    </>
  );
}

/** The same menu in the head of a step's panel. */
export const StepMenu = memo(function StepMenu({ id, gestures }: { readonly id: string; readonly gestures: StepGestures }) {
  const say = useWords(clipboardWords);
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <button type="button" className="dialog-close wide" aria-label={say.menu} title={say.menu}>
          <IconDots size={17} stroke={1.5} aria-hidden />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <StepItems id={id} gestures={gestures} />
      </Menu.Dropdown>
    </Menu>
  );
});

/** How many steps are chosen together and what can be done with them; what was just done with some. */
export function MarkBar({
  count,
  said,
  gestures,
  release,
}: {
  readonly count: number;
  readonly said: string;
  readonly gestures: StepGestures;
  readonly release: () => void;
}) {
  const say = useWords(clipboardWords);
  return (
    <div className="mark-bar" data-shown={count > 1 || said !== "" || undefined}>
      <span role="status">{said !== "" ? said : count > 1 ? say.chosen(count) : ""}</span>
      {count > 1 && (
        <Button size="xs" variant="default" onClick={gestures.copy}>
          {say.copy}
        </Button>
      )}
      {count > 1 && !gestures.readOnly && (
        <>
          <Button size="xs" variant="default" onClick={gestures.cut}>
            {say.cutWord}
          </Button>
          <Button size="xs" variant="default" onClick={gestures.remove}>
            {say.remove}
          </Button>
        </>
      )}
      {count > 1 && (
        <Button size="xs" variant="subtle" onClick={release}>
          {say.none}
        </Button>
      )}
    </div>
  );
}

import { Menu } from "@mantine/core";
import { STEP_KINDS } from "@relance/model/journeys";
import { IconPlus } from "@tabler/icons-react";
import { useWords } from "../../i18n/words.ts";
import { useHeld } from "./held.ts";
import type { Way } from "./layout.ts";
import { useStepWords } from "./names.ts";
import { STEP_SIGNS } from "./signs.ts";
import { journeyWords } from "./words.ts";

/** The plus of a way: a new step there or, at a free end, a step that exists already. */
export function AddMenu({ after, word }: { readonly after: Way["from"]; readonly word: string | null }) {
  const { add, connect, graph, names } = useHeld();
  const say = useWords(journeyWords);
  const words = useStepWords(names);
  const others = word === null || after === null ? [] : graph.steps.filter((one) => one.id !== after.step);
  return (
    <Menu position="bottom" withinPortal>
      <Menu.Target><button type="button" tabIndex={-1} className="way-add nodrag nopan" data-worded={word !== null || undefined} aria-label={say.addHere} title={say.addHere}><IconPlus size={13} stroke={1.8} aria-hidden />{word}</button></Menu.Target>
      <Menu.Dropdown mah={360} style={{ overflowY: "auto" }}>
        {STEP_KINDS.map((kind) => { const Sign = STEP_SIGNS[kind]; return <Menu.Item key={kind} leftSection={<Sign size={15} stroke={1.5} aria-hidden />} onClick={() => add(kind, after)}>{say.kinds[kind]}</Menu.Item>; })}
        {others.length > 0 && <><Menu.Divider /><Menu.Label>{say.join}</Menu.Label>{others.map((one) => <Menu.Item key={one.id} onClick={() => connect(after, one.id)}>{words(one).name}</Menu.Item>)}</>}
      </Menu.Dropdown>
    </Menu>
  );
}

import { Menu } from "@mantine/core";
import { STEP_GROUPS } from "@relance/model/journeys";
import { Fragment } from "react";
import { IconPlus } from "@tabler/icons-react";
import { useWords } from "../../i18n/words.ts";
import { useHeld } from "./held.ts";
import { kindWords } from "./kind-words.ts";
import type { Way } from "./layout.ts";
import { useStepWords } from "./names.ts";
import { STEP_SIGNS } from "./signs.ts";
import { journeyWords } from "./words.ts";

const GROUPS = ["send", "flow", "act", "end"] as const;

/** The plus of a way: a new step there or, at a free end, a step that exists already. */
export function AddMenu({ after, word }: { readonly after: Way["from"]; readonly word: string | null }) {
  const { add, connect, graph, names } = useHeld();
  const say = useWords(journeyWords);
  const kind = useWords(kindWords);
  const words = useStepWords(names);
  const others = word === null || after === null ? [] : graph.steps.filter((one) => one.id !== after.step);
  return (
    <Menu position="bottom" withinPortal>
      <Menu.Target><button type="button" tabIndex={-1} className="way-add nodrag nopan" data-worded={word !== null || undefined} aria-label={say.addHere} title={say.addHere}><IconPlus size={13} stroke={1.8} aria-hidden />{word}</button></Menu.Target>
      <Menu.Dropdown mah={360} style={{ overflowY: "auto" }}>
        {GROUPS.map((group) => (
          <Fragment key={group}>
            <Menu.Label>{kind.groups[group]}</Menu.Label>
            {STEP_GROUPS[group].map((one) => { const Sign = STEP_SIGNS[one]; return <Menu.Item key={one} leftSection={<Sign size={15} stroke={1.5} aria-hidden />} onClick={() => add(one, after)}>{kind.kinds[one]}</Menu.Item>; })}
          </Fragment>
        ))}
        {others.length > 0 && <><Menu.Divider /><Menu.Label>{say.join}</Menu.Label>{others.map((one) => <Menu.Item key={one.id} onClick={() => connect(after, one.id)}>{words(one).name}</Menu.Item>)}</>}
      </Menu.Dropdown>
    </Menu>
  );
}

import { Menu } from "@mantine/core";
import { STEP_GROUPS } from "@relance/model/journeys";
import { Fragment } from "react";
import { useWords } from "../../../i18n/words.ts";
import type { CanvasProps } from "../held.ts";
import { kindWords } from "../kind-words.ts";
import type { Way } from "./layout.ts";
import { useStepWords } from "../names.ts";
import { STEP_SIGNS } from "./signs.ts";
import { journeyWords } from "../words.ts";

const GROUPS = ["send", "flow", "act", "end"] as const;

/** What can be put on a way: a new step or, at a free end, the way to a step that exists already. */
export function AddItems({
  after,
  end,
  add,
  connect,
  graph,
  names,
}: Pick<CanvasProps, "add" | "connect" | "graph" | "names"> & { readonly after: Way["from"]; readonly end: boolean }) {
  const say = useWords(journeyWords);
  const kind = useWords(kindWords);
  const words = useStepWords(names);
  const others = !end || after === null ? [] : graph.steps.filter((one) => one.id !== after.step);
  return (
    <>
      {GROUPS.map((group) => (
        <Fragment key={group}>
          <Menu.Label>{kind.groups[group]}</Menu.Label>
          {STEP_GROUPS[group].map((one) => {
            const Sign = STEP_SIGNS[one];
            return (
              <Menu.Item key={one} leftSection={<Sign size={15} stroke={1.5} aria-hidden />} onClick={() => add(one, after)}>
                {kind.kinds[one]}
              </Menu.Item>
            );
          })}
        </Fragment>
      ))}
      {others.length > 0 && (
        <>
          <Menu.Divider />
          <Menu.Label>{say.join}</Menu.Label>
          {others.map((one) => (
            <Menu.Item key={one.id} onClick={() => connect(after, one.id)}>
              {words(one).name}
            </Menu.Item>
          ))}
        </>
      )}
    </>
  );
}

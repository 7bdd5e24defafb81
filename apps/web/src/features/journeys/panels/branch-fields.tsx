import { Button, TextInput } from "@mantine/core";
import type { BranchStep, Step } from "@relance/model/journeys";
import { IconArrowDown, IconArrowUp } from "@tabler/icons-react";
import { useWords } from "../../../i18n/words.ts";
import { blankPath } from "../blank.ts";
import { panelWords } from "./panel-words.ts";
import { RuleFields } from "./rule-fields.tsx";

type Paths = BranchStep["paths"];

/** Paths in the order they are asked; the first that is true is taken. */
export function BranchFields({ step, change }: { readonly step: BranchStep; readonly change: (step: Step) => void }) {
  const say = useWords(panelWords);
  const { paths } = step;
  const put = (next: Paths): void => change({ ...step, paths: next });
  const swap = (at: number, by: -1 | 1): void => put(paths.with(at, paths[at + by]!).with(at + by, paths[at]!));
  const free = (): string => {
    let n = paths.length + 1;
    while (paths.some((path) => path.exit === `p${n}`)) n += 1;
    return `p${n}`;
  };
  return (
    <>
      <p className="small soft">{say.pathsNote}</p>
      {paths.map((path, at) => (
        <section className="sub-part" key={path.exit} aria-label={path.name || say.pathNew(at + 1)}>
          <div className="panel-row">
            <TextInput
              className="grow"
              label={say.path}
              placeholder={say.pathNew(at + 1)}
              value={path.name}
              maxLength={100}
              onChange={(event) => put(paths.with(at, { ...path, name: event.currentTarget.value }))}
            />
            {paths.length > 1 && (
              <span className="row" style={{ gap: 0, height: 34 }}>
                <button
                  type="button"
                  className="icon-button"
                  aria-label={say.up}
                  title={say.up}
                  disabled={at === 0}
                  onClick={() => swap(at, -1)}
                >
                  <IconArrowUp size={15} stroke={1.6} aria-hidden />
                </button>
                <button
                  type="button"
                  className="icon-button"
                  aria-label={say.down}
                  title={say.down}
                  disabled={at === paths.length - 1}
                  onClick={() => swap(at, 1)}
                >
                  <IconArrowDown size={15} stroke={1.6} aria-hidden />
                </button>
              </span>
            )}
          </div>
          <RuleFields rule={path.rule} put={(rule) => put(paths.with(at, { ...path, rule }))} />
          {paths.length > 1 && (
            <button type="button" className="link-button small" onClick={() => put(paths.toSpliced(at, 1))}>
              {say.removePath}
            </button>
          )}
        </section>
      ))}
      {paths.length < 20 && (
        <Button variant="default" size="xs" style={{ alignSelf: "flex-start" }} onClick={() => put([...paths, blankPath(free())])}>
          {say.addPath}
        </Button>
      )}
    </>
  );
}

import { STEP_GROUPS, type StepKind } from "@relance/model/journeys";
import { memo } from "react";
import { useWords } from "../../../i18n/words.ts";
import { kindWords } from "../kind-words.ts";
import { STEP_SIGNS } from "./signs.ts";
import { journeyWords } from "../words.ts";

/** The kinds of steps: dragged onto a line or a step, or clicked to go after what is chosen. */
export const Palette = memo(function Palette({
  drag,
  pick,
}: {
  readonly drag: (kind: StepKind | null) => void;
  readonly pick: (kind: StepKind) => void;
}) {
  const say = useWords(journeyWords);
  const words = useWords(kindWords);
  return (
    <div className="palette" role="toolbar" aria-label={say.palette}>
      {(["send", "flow", "act", "end"] as const).map((group) => (
        <div key={group} role="group" aria-label={words.groups[group]}>
          <div className="palette-group" aria-hidden>
            {words.groups[group]}
          </div>
          {STEP_GROUPS[group].map((kind) => {
            const Sign = STEP_SIGNS[kind];
            return (
              <button
                key={kind}
                type="button"
                draggable
                title={say.paletteHelp}
                onClick={() => pick(kind)}
                onDragEnd={() => drag(null)}
                onDragStart={(event) => {
                  event.dataTransfer.setData("text/plain", words.kinds[kind]);
                  event.dataTransfer.effectAllowed = "copy";
                  drag(kind);
                }}
              >
                <Sign size={16} stroke={1.5} aria-hidden />
                <span>{words.kinds[kind]}</span>
              </button>
            );
          })}
        </div>
      ))}
    </div>
  );
});

import { STEP_KINDS, type StepKind } from "@relance/model/journeys";
import { useWords } from "../../i18n/words.ts";
import { STEP_SIGNS } from "./signs.ts";
import { journeyWords } from "./words.ts";

/** The kinds of steps: dragged onto a line or a step, or clicked to go after what is chosen. */
export function Palette({ drag, pick }: { readonly drag: (kind: StepKind | null) => void; readonly pick: (kind: StepKind) => void }) {
  const say = useWords(journeyWords);
  return (
    <div className="palette" role="toolbar" aria-label={say.palette}>
      {STEP_KINDS.map((kind) => {
        const Sign = STEP_SIGNS[kind];
        return (
          <button key={kind} type="button" draggable title={say.paletteHelp} onClick={() => pick(kind)} onDragEnd={() => drag(null)}
            onDragStart={(event) => { event.dataTransfer.setData("text/plain", say.kinds[kind]); event.dataTransfer.effectAllowed = "copy"; drag(kind); }}>
            <Sign size={17} stroke={1.5} aria-hidden /><span>{say.kinds[kind]}</span>
          </button>
        );
      })}
    </div>
  );
}

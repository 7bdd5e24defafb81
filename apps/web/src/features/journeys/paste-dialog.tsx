import { Button, NativeSelect } from "@mantine/core";
import type { StepReference } from "@relance/model/journeys";
import { useState } from "react";
import { useWords } from "../../i18n/words.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { clipboardWords } from "./clipboard-words.ts";
import type { Asked, Choosable } from "./clipboard.ts";
import { kindWords } from "./kind-words.ts";

/** Asks, for each thing pasted steps name that is not here, what takes its place. What has the same name is proposed. */
export function PasteDialog({
  asked,
  close,
  answer,
}: {
  readonly asked: Asked;
  readonly close: () => void;
  readonly answer: (answers: ReadonlyMap<string, string | null>) => void;
}) {
  const say = useWords(clipboardWords);
  const { kinds } = useWords(kindWords);
  const { piece, unknown } = asked;
  const [answers, set] = useState<ReadonlyMap<string, string | null>>(
    () => new Map(unknown.map((one) => [one.id, offered(asked, one).find((here) => here.name === piece.names[one.id])?.id ?? null])),
  );
  return (
    <Dialog
      title={say.title}
      close={close}
      closeWord={say.close}
      foot={
        <>
          <Button variant="default" onClick={close}>
            {say.keep}
          </Button>
          <Button onClick={() => answer(answers)}>{say.confirm(piece.steps.length)}</Button>
        </>
      }
    >
      <p className="small soft">{say.text}</p>
      <div className="stack">
        {unknown.map((one, at) => (
          <NativeSelect
            key={one.id}
            data-autofocus={at === 0 || undefined}
            label={say.named(say.kinds[one.of], piece.names[one.id] ?? say.nameless)}
            description={say.at(one.step.name || kinds[one.step.kind])}
            value={answers.get(one.id) ?? ""}
            data={[
              { value: "", label: inRule(one) ? say.stays : say.later },
              ...offered(asked, one).map((here) => ({ value: here.id, label: here.name })),
            ]}
            onChange={(event) => set(new Map([...answers, [one.id, event.currentTarget.value || null]]))}
          />
        ))}
      </div>
    </Dialog>
  );
}

/** What a reference can be answered with: of its kind, and a template of the step's channel. */
function offered({ there }: Asked, { of, step, id }: StepReference): readonly Choosable[] {
  return of === "template" && "template" in step && step.template === id
    ? there.template.filter((one) => one.channel === step.kind)
    : there[of];
}

/** Whether a rule of the step names it, which cannot do without. */
const inRule = ({ step, id }: StepReference): boolean => !Object.values(step).includes(id);

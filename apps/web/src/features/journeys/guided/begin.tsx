import { Button } from "@mantine/core";
import { createJourney, duplicateJourney, listJourneys } from "@relance/contract/journeys";
import { createTemplate, listStarters } from "@relance/contract/messages";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { ask, useChange } from "../../../api/client.ts";
import { RefusalNote } from "../../../app/refusal-note.tsx";
import { useLanguage } from "../../../i18n/language.tsx";
import { useWords } from "../../../i18n/words.ts";
import { Head, Part, Sheet } from "../../../ui/page.tsx";
import { Say } from "../../../ui/sentence.tsx";
import "../journeys.css";
import { STEP_SIGNS } from "../signs.ts";
import { journeyWords } from "../words.ts";
import "./guided.css";
import { SHAPES, type Shape } from "./shapes.ts";
import { guidedWords } from "./words.ts";

/** What a new journey begins with: a shape with its messages, a copy, or nothing. Each but the canvas leads into the guided steps. */
export function NewJourneyPage() {
  const say = useWords(guidedWords);
  const unnamed = useWords(journeyWords).unnamed;
  const navigate = useNavigate();
  const create = useChange(createJourney);
  const duplicate = useChange(duplicateJourney);
  const shaped = useShaped();
  const own = useQuery(ask(listJourneys, { query: {} })).data?.items ?? [];
  const busy = create.isPending || duplicate.isPending || shaped.busy;
  const guided = (id: string): void => void navigate({ to: "/journeys/$journey/guided", params: { journey: id } });
  return (
    <>
      <Head title={say.begin} actions={<Link className="small" to="/journeys">{say.journeys}</Link>} />
      <Sheet>
        <div className="begin">
          <Say small text={say.say} />
          <p className="soft">{say.sayText}</p>
          <RefusalNote error={create.error ?? duplicate.error ?? shaped.error} />
          <ul className="begin-list">
            {SHAPES.map((shape) => (
              <Choice key={shape.key} name={say.shapes[shape.key].name} text={say.shapes[shape.key].text} note={say.messages(shape.designs.length)} word={say.choose} busy={busy} chosen={() => void shaped.make(shape, say.shapes[shape.key]).then((id) => { if (id) guided(id); })} />
            ))}
            <Choice name={say.blank} text={say.blankText} word={say.begins} busy={busy} chosen={() => create.mutate({ body: { name: unnamed } }, { onSuccess: ({ id }) => guided(id) })} />
            <Choice name={say.canvas} text={say.canvasText} word={say.draw} busy={busy} chosen={() => create.mutate({ body: { name: unnamed } }, { onSuccess: ({ id }) => void navigate({ to: "/journeys/$journey", params: { journey: id } }) })} />
          </ul>
          {own.length > 0 && (
            <Part title={say.copies} aside={say.copiesText}>
              <ul className="begin-list">
                {own.map((one) => <Choice key={one.id} name={one.name} text={one.description} word={say.copy} busy={busy} chosen={() => duplicate.mutate({ params: { id: one.id }, body: { name: say.copyOf(one.name).slice(0, 200) } }, { onSuccess: ({ id }) => guided(id) })} />)}
              </ul>
            </Part>
          )}
        </div>
      </Sheet>
    </>
  );
}

function Choice({ name, text, note, word, busy, chosen }: { readonly name: string; readonly text: string; readonly note?: string; readonly word: string; readonly busy: boolean; readonly chosen: () => void }) {
  const Sign = STEP_SIGNS[note === undefined ? "journey" : "email"];
  return (
    <li>
      <span className="step-tile"><Sign size={15} stroke={1.5} aria-hidden /></span>
      <span className="grow"><b>{name}</b>{text !== "" && <span className="small soft">{text}</span>}{note !== undefined && <span className="tiny faint">{note}</span>}</span>
      <Button variant="default" disabled={busy} aria-label={`${word}: ${name}`} onClick={chosen}>{word}</Button>
    </li>
  );
}

/** Makes the messages of a shape from their designs, as drafts, then the journey that sends them. */
function useShaped() {
  const { language } = useLanguage();
  const starters = useQuery(ask(listStarters, {})).data?.items ?? [];
  const template = useChange(createTemplate);
  const journey = useChange(createJourney);
  const make = async (shape: Shape, said: { readonly name: string; readonly text: string }): Promise<string | null> => {
    try {
      const made: string[] = [];
      for (const design of shape.designs) {
        const known = starters.find((one) => one.key === design);
        made.push((await template.mutateAsync({ body: { name: known?.names[language] ?? said.name, starter: design, ...(known && { class: known.class }) } })).id);
      }
      return (await journey.mutateAsync({ body: { name: said.name, description: said.text, graph: shape.graph(made) } })).id;
    } catch {
      return null; // said by `error`
    }
  };
  return { make, busy: template.isPending || journey.isPending, error: template.error ?? journey.error };
}

import { Button, Checkbox } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { applyCode, planCode, type CodePlanned } from "@relance/contract/code";
import type { Output } from "@relance/contract/client";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { api, useChange } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useSession } from "../../app/session.tsx";
import { useWords } from "../../i18n/words.ts";
import { Waiting } from "../../ui/page.tsx";
import { asChoices, NO_CHOICE } from "../journeys/publishing/choices.ts";
import "./code.css";
import { FilesRoom, TakeFiles } from "./files.tsx";
import { exportOf, KeepAll } from "./keep-all.tsx";
import { PlanView, type ChosenByJourney } from "./plan.tsx";
import { useFiles, type Files, type Place } from "./use-files.ts";
import { codeWords } from "./words.ts";

const MOST_BYTES = 19_000_000;

/** Files of the workspace: brought in, compared with what is there, applied. */
export function CodePart() {
  const say = useWords(codeWords);
  const files = useFiles();
  const [place, lead] = useState<Place | null>(null);
  const [prune, setPrune] = useState(false);
  const load = useExport(files);
  const [settled] = useDebouncedValue(files.revision, 500);
  const given = files.all.filter((one) => one.path !== "" || one.text !== "").map(({ path, text }) => ({ path: path || "?", text }));
  const tooLarge = given.reduce((sum, one) => sum + one.text.length, 0) > MOST_BYTES;
  // Files may be large: what was asked is named by its revision.
  const plan = useQuery({
    queryKey: [planCode.path, settled, prune],
    queryFn: ({ signal }) => api.call(planCode, { body: { files: given, prune } }, signal),
    enabled: given.length > 0 && !tooLarge && settled === files.revision,
    gcTime: 0,
    placeholderData: (before) => before,
  });
  const fresh = settled === files.revision && plan.data !== undefined && !plan.isPlaceholderData;
  const toPlace = (where: Place): void => {
    const file = files.all.find((one) => one.path === where.path || (one.path === "" && where.path === "?"));
    if (file) files.choose(file.key);
    lead(where);
  };
  return (
    <div className="stack code-page">
      <p className="soft code-intro">{say.intro}</p>
      <TakeFiles files={files} load={() => load.mutate({})} loading={load.isPending} />
      {files.ignored > 0 && (
        <div className="call" data-kind="review" role="status">
          {say.ignored(files.ignored)}
        </div>
      )}
      <RefusalNote error={load.error} />
      {files.all.length > 0 && <FilesRoom files={files} problems={plan.data?.problems ?? []} place={place} />}
      {given.length > 0 && (
        <section className="stack" aria-live="polite" aria-busy={!fresh}>
          <div className="part-head">
            <h2>{say.plan}</h2>
            {!fresh && !plan.error && !tooLarge && <span className="small faint">{say.planning}</span>}
          </div>
          <Checkbox
            size="sm"
            label={say.prune}
            description={say.pruneHelp}
            checked={prune}
            onChange={(event) => setPrune(event.currentTarget.checked)}
          />
          {tooLarge && (
            <div className="call" role="alert">
              {say.tooLarge}
            </div>
          )}
          <RefusalNote error={plan.error} />
          {!plan.data && !plan.error && !tooLarge && <Waiting />}
          {plan.data && !plan.error && (
            <Judged key={files.revision} files={given} prune={prune} plan={plan.data} fresh={fresh} lead={toPlace} />
          )}
        </section>
      )}
      <p className="small soft">{say.cli}</p>
    </div>
  );
}

type Plan = Output<typeof planCode.response>;

/** The plan, what is chosen for people inside, and the button that makes it so. */
function Judged({
  files,
  prune,
  plan,
  fresh,
  lead,
}: {
  readonly files: { path: string; text: string }[];
  readonly prune: boolean;
  readonly plan: Plan;
  readonly fresh: boolean;
  readonly lead: (place: Place) => void;
}) {
  const say = useWords(codeWords);
  const { workspace } = useSession();
  const [chosen, choose] = useState<ChosenByJourney>({});
  const apply = useChange(applyCode);
  const changes = plan.objects.filter((one) => one.change !== "same").length;
  const journeys = choicesOf(plan.objects, chosen);
  const may = workspace?.role !== "viewer";
  const send = (): void => apply.mutate({ body: { files, prune, journeys: journeys! } });
  return (
    <>
      {apply.data && <Done applied={apply.data} />}
      <PlanView objects={plan.objects} problems={plan.problems} lead={lead} chosen={chosen} choose={choose} />
      <RefusalNote error={apply.error} />
      {changes > 0 && (
        <div className="row wrap code-apply">
          {may && (
            <Button
              disabled={!fresh || plan.problems.length > 0 || journeys === null}
              loading={apply.isPending}
              title={plan.problems.length > 0 ? say.blocked : undefined}
              onClick={send}
            >
              {say.apply(changes)}
            </Button>
          )}
          <span className="small soft">{may ? say.keepFirst : say.notYours}</span>
          {may && <KeepAll />}
        </div>
      )}
    </>
  );
}

/** What becomes of people, by journey and step; null while those of a removed step have nowhere to go. */
function choicesOf(objects: readonly CodePlanned[], chosen: ChosenByJourney) {
  const all = objects
    .filter((one) => one.version !== null)
    .map((one) => [one.slug, asChoices(one, chosen[one.slug] ?? NO_CHOICE)] as const);
  return all.some(([, choices]) => choices === null) ? null : Object.fromEntries(all.map(([slug, choices]) => [slug, choices!]));
}

function Done({ applied: { objects, failed } }: { readonly applied: Output<typeof applyCode.response> }) {
  const say = useWords(codeWords);
  const changed = objects.filter((one) => one.change !== "same" && one.error === null).length;
  return (
    <div className="call" data-kind={failed > 0 ? "review" : "good"} role="status">
      {changed > 0 && say.done(changed)} {failed > 0 && say.failed(failed)}
      {objects
        .filter((one) => one.error !== null)
        .map((one) => (
          <div key={one.file}>
            <span className="mono">{one.file}</span>: {one.error!.message}
          </div>
        ))}
    </div>
  );
}

/** Puts files of the workspace on the page; one object's when the address names it. */
function useExport(files: Files) {
  const { kind, id } = useSearch({ strict: false });
  const load = useMutation({ mutationFn: exportOf, onSuccess: (found) => files.put(found.files) });
  useEffect(() => {
    if (kind !== undefined && id !== undefined) load.mutate({ kind, id });
    // Once per address: what is typed afterwards is not overwritten.
  }, [kind, id]); // oxlint-disable-line react-hooks/exhaustive-deps
  return load;
}

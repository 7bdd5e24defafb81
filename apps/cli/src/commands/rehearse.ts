import { listJourneys } from "@relance/contract/journeys";
import { getRehearsal, startRehearsal, type Rehearsal, type RehearsalResult } from "@relance/contract/rehearsals";
import { EXIT, Wrong, type Call, type Command } from "../command.ts";
import { named } from "../lists.ts";
import { pause } from "../pause.ts";

/** Plays a draft over the recorded past and says what it came to; an interrupted command leaves the rehearsal to end by itself. */
export const rehearse: Command = {
  name: "rehearse",
  takes: [{ en: "ID|NAME", fr: "IDENTIFIANT|NOM" }],
  needs: 1,
  help: {
    en: "rehearse a journey’s draft over the last days: nothing is sent, nothing changes",
    fr: "répète le brouillon d’un scénario sur les derniers jours : rien n’est envoyé, rien ne change",
  },
  options: [
    { name: "days", value: { en: "N", fr: "N" }, help: { en: "how many days, 30 unless said", fr: "combien de jours, 30 par défaut" } },
    {
      name: "against",
      value: { en: "live|ID|NAME", fr: "live|IDENTIFIANT|NOM" },
      help: {
        en: "compare with the live version or another journey’s draft",
        fr: "compare à la version en ligne ou au brouillon d’un autre scénario",
      },
    },
  ],
  async run(call) {
    const { items } = await call.client.call(listJourneys, {});
    const journey = named(call, items, call.args[0]!);
    const days = Number(call.value("days") ?? 30);
    if (!Number.isInteger(days) || days < 1 || days > 365) throw new Wrong(call.words.badNumber("days"));
    const against = call.value("against");
    const started = await call.client.call(startRehearsal, {
      params: { id: journey.id },
      body: { days, ...(against !== undefined && { against: against === "live" ? "live" : named(call, items, against).id }) },
    });
    const ended = await until(call, started.id);
    call.output.answer(ended, () => tell(call, ended));
    return ended.state === "done" ? EXIT.done : EXIT.failed;
  },
};

type Estimated = RehearsalResult & { readonly estimate: NonNullable<RehearsalResult["estimate"]> };
const isEstimate = (result: RehearsalResult | null): result is Estimated => result?.estimate !== undefined;

/** Waits for the end; what some of the contacts tell meanwhile is said once, and stays on the screen. */
async function until(call: Call, id: string): Promise<Rehearsal> {
  for (let told = ""; ;) {
    const seen = await call.client.call(getRehearsal, { params: { id } });
    if (seen.state !== "waiting" && seen.state !== "running") return seen;
    const estimate = isEstimate(seen.result) ? soFar(call, seen.result) : "";
    if (estimate !== told) call.output.line(estimate);
    told = estimate;
    call.output.progress(call.words.rehearsing(`${Math.round(seen.done * 100)} %`));
    await pause(1_000);
  }
}

/** What some of the contacts tell of all, between which bounds. */
function soFar({ output: { number }, words }: Call, { people, sent, estimate }: Estimated): string {
  const bounded = (n: number, { low, high }: { readonly low: number; readonly high: number }) => ({
    n: number(n),
    low: number(low),
    high: number(high),
  });
  return words.estimated(bounded(people, estimate.people), bounded(sent, estimate.sent), number(estimate.contacts), number(estimate.of));
}

function tell(call: Call, { state, error, result, otherResult }: Rehearsal): void {
  const { output, words } = call;
  if (!result) return output.line(words.notRehearsed(state, error ?? ""));
  if (isEstimate(result)) output.line(soFar(call, result));
  else
    output.line(
      words.rehearsed(output.number(result.people), output.number(result.sent), otherResult ? output.number(otherResult.sent) : null),
    );
  output.table(
    [words.head.state, words.head.reason, words.head.n],
    result.ledger.map((row) => [row.state, row.reason, row.n]),
  );
}

import { getJourney, listJourneys, pauseJourney, publishJourney, resumeJourney, type JourneySummary } from "@relance/contract/journeys";
import { EXIT, type Call, type Command } from "../command.ts";
import { choice, named, showList } from "../lists.ts";

const which = [{ en: "ID|NAME", fr: "IDENTIFIANT|NOM" }];
const find = async (call: Call): Promise<JourneySummary> => named(call, (await call.client.call(listJourneys, {})).items, call.args[0]!);

const list: Command = {
  name: "journeys list",
  takes: [],
  needs: 0,
  options: [],
  help: { en: "journeys with their live numbers", fr: "les scénarios et leurs chiffres du moment" },
  async run(call) {
    const { items } = await call.client.call(listJourneys, {});
    const { head } = call.words;
    showList(
      call,
      { items, more: false },
      [head.id, head.state, head.version, head.here, head.entered, head.completed, head.name],
      (journey) => [
        journey.id,
        journey.state,
        journey.liveVersion === null ? null : String(journey.liveVersion),
        journey.totals.here,
        journey.totals.entered,
        journey.totals.completed,
        journey.name,
      ],
    );
    return EXIT.done;
  },
};

const publish: Command = {
  name: "journeys publish",
  takes: which,
  needs: 1,
  help: { en: "publish the draft as the next version", fr: "met en ligne le brouillon comme nouvelle version" },
  options: [
    {
      name: "inside",
      value: { en: "stay|move|retime|leave", fr: "stay|move|retime|leave" },
      help: {
        en: "contacts inside stay on their version (unless said), move to the same step of the new one with their timer, move and have it computed again, or leave",
        fr: "les contacts présents restent sur leur version (par défaut), passent à la même étape de la nouvelle avec leur échéance, y passent avec une échéance recalculée, ou sortent",
      },
    },
  ],
  async run(call) {
    const inside = choice(call, "inside", ["stay", "move", "retime", "leave"]) ?? "stay";
    const journey = await call.client.call(getJourney, { params: { id: (await find(call)).id } });
    if (journey.problems.length > 0) {
      call.output.answer({ problems: journey.problems }, () =>
        journey.problems.forEach((problem) => call.output.line(`${problem.path}: ${problem.message[call.language]}`)),
      );
      return EXIT.failed;
    }
    const done = await call.client.call(publishJourney, { params: { id: journey.id }, body: { revision: journey.draftRevision, inside } });
    call.output.answer(done, () => call.output.line(call.words.published(done.name, done.liveVersion!)));
    return EXIT.done;
  },
};

const pause: Command = {
  name: "journeys pause",
  takes: which,
  needs: 1,
  help: {
    en: "pause: nobody enters, nothing moves, exits still count",
    fr: "met en pause : personne n’entre, rien n’avance, les sorties comptent toujours",
  },
  options: [{ name: "reason", value: { en: "TEXT", fr: "TEXTE" }, help: { en: "why, for the others", fr: "pourquoi, pour les autres" } }],
  async run(call) {
    const done = await call.client.call(pauseJourney, {
      params: { id: (await find(call)).id },
      body: { reason: call.value("reason") ?? "" },
    });
    call.output.answer(done, () => call.output.line(call.words.paused(done.name)));
    return EXIT.done;
  },
};

const resume: Command = {
  name: "journeys resume",
  takes: which,
  needs: 1,
  help: { en: "let a paused journey go on", fr: "reprend un scénario en pause" },
  options: [
    {
      name: "overdue",
      value: { en: "catch_up|retime|leave", fr: "catch_up|retime|leave" },
      help: {
        en: "what became due meanwhile: done now (unless said), moved by the pause, or those contacts leave",
        fr: "ce qui est échu entre-temps : fait à la reprise (par défaut), décalé de la durée de la pause, ou ces contacts sortent",
      },
    },
  ],
  async run(call) {
    const overdue = choice(call, "overdue", ["catch_up", "retime", "leave"]) ?? "catch_up";
    const done = await call.client.call(resumeJourney, { params: { id: (await find(call)).id }, body: { overdue } });
    call.output.answer(done, () => call.output.line(call.words.resumed(done.name)));
    return EXIT.done;
  },
};

export const journeyCommands: readonly Command[] = [list, publish, pause, resume];

import { getReadiness, type JudgedJourney, type MeasuredNeed } from "@relance/contract/readiness";
import { EXIT, type Call, type Command } from "../command.ts";
import { named } from "../lists.ts";

/** Which journeys the data carries, what the others wait for, and the shortest way to more; one journey with a name, for scripts. */
export const readiness: Command = {
  name: "readiness",
  takes: [{ en: "[ID|NAME]", fr: "[IDENTIFIANT|NOM]" }],
  needs: 0,
  options: [],
  help: {
    en: "which journeys the data carries, and what the others wait for; with a journey, or a ready-made one: exit code 1 when it may not start yet",
    fr: "quels scénarios les données portent, et ce qu’attendent les autres ; avec un scénario, ou l’un des prêts à l’emploi : code de sortie 1 s’il ne peut pas encore partir",
  },
  async run(call) {
    const given = call.args[0];
    const found = await call.client.call(getReadiness, {});
    if (given !== undefined) {
      const one = called(call, found.journeys, given);
      call.output.answer(one, () => tellNeeds(call, one));
      return one.ready === "not_yet" ? EXIT.failed : EXIT.done;
    }
    const { output, words, language } = call;
    output.answer(found, () => {
      output.line(
        words.carries(
          output.number(found.journeys.filter((one) => one.ready !== "not_yet").length),
          output.number(found.journeys.length),
          output.number(found.people),
        ),
      );
      output.table(
        [words.head.name, words.head.state, words.head.contacts, words.head.missing],
        found.journeys.map((one) => [one.names[language], words.verdicts[one.ready], one.people, lacking(call, one)]),
      );
      if (found.unlock.length > 0) output.line(words.shortest);
      found.unlock
        .slice(0, 10)
        .forEach((one, i) =>
          output.line(
            `${i + 1}. ${textOf(call, one.need)}${one.opens.length === 0 ? "" : ` → ${one.opens.map((names) => names[language]).join(", ")}`}`,
          ),
        );
    });
    return EXIT.done;
  },
};

/** The journey of this name in either language, or else the ready-made one. */
function called(call: Call, journeys: readonly JudgedJourney[], given: string): JudgedJourney {
  const items = journeys.map((one) => ({
    id: one.key,
    name: Object.values(one.names).find((name) => name.toLowerCase() === given.toLowerCase()) ?? "",
    one,
  }));
  const own = items.filter(({ id, name, one }) => one.kind === "journey" && (name !== "" || id === given));
  return named(call, own.length > 0 ? own : items, given).one;
}

function tellNeeds(call: Call, one: JudgedJourney): void {
  const { output, words } = call;
  output.line(`${words.verdicts[one.ready]}: ${output.number(one.people)} / ${output.number(one.of)}`);
  output.table(
    [words.head.name, words.head.state, "%", words.head.at],
    one.needs.map((need) => [
      `${textOf(call, need)}${need.essential ? "" : " *"}`,
      words.met[need.met],
      need.share === null ? null : Math.round(need.share * 100),
      output.moment(need.at),
    ]),
  );
  if (one.needs.some((need) => !need.essential)) output.line(words.notEssential);
}

const lacking = (call: Call, one: JudgedJourney): string =>
  one.needs
    .filter((need) => need.essential && need.met === "no")
    .map((need) => textOf(call, need))
    .join(", ");
const textOf = ({ words }: Call, { of, label, name }: MeasuredNeed): string => words.needs[of](label ?? name ?? "");

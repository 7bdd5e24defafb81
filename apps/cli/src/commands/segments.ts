import { listSegments, previewSegment, type Segment } from "@relance/contract/segments";
import { BUCKETS } from "@relance/model/base";
import { EXIT, Wrong, type Call, type Command } from "../command.ts";
import { readStructured } from "../files.ts";
import { named, showList } from "../lists.ts";
import { countQuery, SQL_OPTION, sqlSegmentCommands } from "./sql-segments.ts";

const sentenceOf = (segment: { sentence: Segment["sentence"] }, call: Call) =>
  segment.sentence[call.language].map((piece) => piece.text).join("");
const stateOf = (segment: Segment, call: Call) =>
  segment.state === "building" ? call.words.building(Math.floor((100 * (BUCKETS - segment.toBuild)) / BUCKETS)) : segment.state;

const list: Command = {
  name: "segments list",
  takes: [],
  needs: 0,
  options: [],
  help: { en: "segments with their size and rule", fr: "les segments, leur taille et leur règle" },
  async run(call) {
    const { items } = await call.client.call(listSegments, {});
    const { head } = call.words;
    showList(call, { items, more: false }, [head.id, head.members, head.state, head.name, head.rule], (segment) => [
      segment.id,
      segment.members,
      stateOf(segment, call),
      segment.name,
      sentenceOf(segment, call),
    ]);
    return EXIT.done;
  },
};

const count: Command = {
  name: "segments count",
  needs: 0,
  takes: [{ en: "[ID|NAME]", fr: "[IDENTIFIANT|NOM]" }],
  help: {
    en: "how many contacts a segment, or a rule in a file, holds now",
    fr: "combien de contacts un segment, ou une règle dans un fichier, compte à cet instant",
  },
  options: [
    {
      name: "rule",
      value: { en: "FILE", fr: "FICHIER" },
      help: {
        en: "count by the rule of this JSON or YAML file; nothing is stored",
        fr: "compte selon la règle de ce fichier JSON ou YAML ; rien n’est enregistré",
      },
    },
    SQL_OPTION,
  ],
  async run(call) {
    const file = call.value("rule");
    if (file !== undefined) return countRule(call, file);
    const query = call.value("sql");
    if (query !== undefined) return countQuery(call, query);
    if (call.args[0] === undefined) throw new Wrong(call.words.tooFew("relance segments count ID|--rule|--sql"));
    const { items } = await call.client.call(listSegments, {});
    const segment = named(call, items, call.args[0]);
    call.output.answer({ id: segment.id, name: segment.name, state: segment.state, members: segment.members }, () =>
      call.output.line(
        `${call.words.members(segment.name, call.output.number(segment.members))}${segment.state === "building" ? ` (${stateOf(segment, call)})` : ""}`,
      ),
    );
    return EXIT.done;
  },
};

async function countRule(call: Call, file: string): Promise<0 | 1> {
  const rule = await readStructured(call, file);
  const found = await call.client.call(previewSegment, { body: { rule: rule as never, sample: 0 } });
  call.output.answer(found, () => {
    for (const problem of found.problems) call.output.line(`${problem.path}: ${problem.message[call.language]}`);
    if (found.problems.length === 0) call.output.line(call.words.members(sentenceOf(found, call), call.output.number(found.count)));
  });
  return found.problems.length === 0 ? EXIT.done : EXIT.failed;
}

export const segmentCommands: readonly Command[] = [list, count, ...sqlSegmentCommands];

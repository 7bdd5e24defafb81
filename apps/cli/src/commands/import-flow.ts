import { importFlow } from "@relance/contract/journeys";
import { productOf } from "@relance/model/flows";
import { EXIT, Wrong, type Command } from "../command.ts";
import { readStructured } from "../files.ts";

export const importFlowCommand: Command = {
  name: "import-flow",
  needs: 1,
  takes: [{ en: "FILE", fr: "FICHIER" }],
  help: {
    en: "make a draft of a Klaviyo flow or a Mautic campaign, and say what became of each part",
    fr: "fait un brouillon d’un flux Klaviyo ou d’une campagne Mautic, et dit ce que devient chaque partie",
  },
  options: [
    {
      name: "names",
      value: { en: "FILE", fr: "FICHIER" },
      help: {
        en: "JSON or YAML { metrics, lists, segments }: the name of each id",
        fr: "JSON ou YAML { metrics, lists, segments } : le nom de chaque identifiant",
      },
    },
    {
      name: "name",
      value: { en: "NAME", fr: "NOM" },
      help: { en: "what to call the journey; as the flow unless said", fr: "comment appeler le scénario ; comme le flux par défaut" },
    },
    { name: "check", value: null, help: { en: "only the report; nothing is stored", fr: "seulement le rapport ; rien n’est enregistré" } },
  ],
  async run(call) {
    const flow = await readStructured(call, call.args[0]!);
    const file = call.value("names");
    const names = file === undefined ? {} : await readStructured(call, file);
    if (!(isMap(flow) || Array.isArray(flow)) || !isMap(names))
      throw new Wrong(call.words.fileNotMap(isMap(names) ? call.args[0]! : file!));
    const { metrics = {}, lists = {}, segments = {} } = names as { metrics?: never; lists?: never; segments?: never };
    const name = call.value("name");
    const done = await call.client.call(importFlow, {
      body: { from: productOf(flow), flow, metrics, lists, segments, check: call.has("check"), ...(name !== undefined && { name }) },
    });
    call.output.answer(done, () => {
      for (const line of done.report)
        call.output.line(
          `${{ mapped: "=", different: "~", impossible: "!" }[line.verdict]} ${[line.part === "action" ? line.id : "", line.type, line.name].filter((text) => text !== "").join("  ")}: ${line.message[call.language]}`,
        );
      call.output.line(
        call.words.flowImported(
          done.name,
          call.output.number(done.steps),
          call.output.number(done.templates),
          call.output.number(done.report.filter((line) => line.verdict === "impossible").length),
        ),
      );
    });
    return EXIT.done;
  },
};

const isMap = (value: unknown): value is Record<string, unknown> => value !== null && typeof value === "object" && !Array.isArray(value);

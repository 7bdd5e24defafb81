import { getImport, listImports, type ImportView } from "@relance/contract/imports";
import { EXIT, type Call, type Command } from "../command.ts";
import { LIMIT, limitOf, pages, showList } from "../lists.ts";
import { tellReport } from "./import.ts";

const list: Command = {
  name: "imports",
  takes: [],
  needs: 0,
  options: [LIMIT],
  help: { en: "imports, newest first", fr: "les imports, du plus récent au plus ancien" },
  async run(call) {
    const found = await pages(limitOf(call), (page) => call.client.call(listImports, { query: page }));
    const { head } = call.words;
    showList(call, found, [head.id, head.state, head.rows, head.refused, head.created, head.file], (one) => [
      one.id,
      one.state,
      one.report?.rows ?? one.rowsDone,
      one.report?.refused ?? 0,
      call.output.moment(one.createdAt),
      one.fileName,
    ]);
    return EXIT.done;
  },
};

const get: Command = {
  name: "imports get",
  takes: [{ en: "ID", fr: "IDENTIFIANT" }],
  needs: 1,
  options: [],
  help: { en: "how far one import is and what it found", fr: "où en est un import et ce qu’il a trouvé" },
  async run(call) {
    const found = await call.client.call(getImport, { params: { id: call.args[0]! } });
    call.output.answer(found, () => show(call, found));
    return found.state === "failed" ? EXIT.failed : EXIT.done;
  },
};

function show(call: Call, found: ImportView): void {
  call.output.line(`${found.fileName}: ${found.state}${found.error === null ? "" : ` (${found.error})`}`);
  if (found.report) tellReport(call, found.report);
  if (found.state === "running")
    call.output.line(call.words.running(call.output.number(found.rowsDone), call.output.number(found.rowsTotal ?? 0)));
}

export const importCommands: readonly Command[] = [list, get];

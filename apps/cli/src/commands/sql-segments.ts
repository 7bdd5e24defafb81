import { listSegments, type Segment } from "@relance/contract/segments";
import { changeSqlSegment, createSqlSegment, previewSql, refreshSqlSegment } from "@relance/contract/sql-segments";
import { EXIT, Wrong, type Call, type Command, type Exit, type Option } from "../command.ts";
import { readText } from "../files.ts";
import { named } from "../lists.ts";

export const SQL_OPTION: Option = {
  name: "sql",
  value: { en: "FILE", fr: "FICHIER" },
  help: { en: "by the query of this file", fr: "selon la requête de ce fichier" },
};

/** Counts by a query in a file; nothing is stored. */
export async function countQuery(call: Call, file: string): Promise<Exit> {
  const found = await call.client.call(previewSql, { body: { query: await readText(call, file), sample: 0 } });
  call.output.answer(found, () => call.output.line(call.words.members(file, call.output.number(found.count))));
  return EXIT.done;
}

const save: Command = {
  name: "segments save",
  needs: 1,
  takes: [{ en: "NAME", fr: "NOM" }],
  help: {
    en: "makes a segment in SQL, or gives the one of that name another query",
    fr: "crée un segment en SQL, ou change la requête de celui qui porte ce nom",
  },
  options: [
    SQL_OPTION,
    {
      name: "every",
      value: { en: "MINUTES", fr: "MINUTES" },
      help: {
        en: "refresh it this often (15 or more); else on demand only",
        fr: "le rafraîchir à ce rythme (15 au moins) ; sinon à la demande",
      },
    },
  ],
  async run(call) {
    const [name] = call.args;
    const file = call.value("sql");
    if (file === undefined) throw new Wrong(call.words.tooFew("relance segments save NAME --sql FILE"));
    const query = await readText(call, file);
    const everyMinutes = minutesOf(call);
    const { items } = await call.client.call(listSegments, {});
    const known = items.find((one) => one.name.toLowerCase() === name!.toLowerCase());
    if (known === undefined)
      show(call, await call.client.call(createSqlSegment, { body: { name: name!, query, everyMinutes: everyMinutes ?? null } }));
    else await change(call, known, { query, everyMinutes });
    return EXIT.done;
  },
};

async function change(call: Call, segment: Segment, to: { query: string; everyMinutes: number | undefined }): Promise<void> {
  await call.client.call(changeSqlSegment, {
    params: { id: segment.id },
    body: { query: to.query, version: segment.version, ...(to.everyMinutes !== undefined && { everyMinutes: to.everyMinutes }) },
  });
  show(call, segment);
}

const refresh: Command = {
  name: "segments refresh",
  needs: 1,
  takes: [{ en: "ID|NAME", fr: "IDENTIFIANT|NOM" }],
  help: { en: "runs the query of a segment in SQL now", fr: "exécute maintenant la requête d’un segment en SQL" },
  options: [],
  async run(call) {
    const { items } = await call.client.call(listSegments, {});
    const segment = named(call, items, call.args[0]!);
    const ran = await call.client.call(refreshSqlSegment, { params: { id: segment.id } });
    call.output.answer(ran, () => call.output.line(call.words.members(segment.name, call.output.number(ran.named))));
    return EXIT.done;
  },
};

function minutesOf(call: Call): number | undefined {
  const given = call.value("every");
  if (given === undefined) return undefined;
  if (!/^\d{1,5}$/.test(given)) throw new Wrong(call.words.badNumber("every"));
  return Number(given);
}

const show = (call: Call, segment: Pick<Segment, "id" | "name">): void =>
  call.output.answer({ id: segment.id, name: segment.name }, () => call.output.line(`${segment.id}  ${segment.name}`));

export const sqlSegmentCommands: readonly Command[] = [save, refresh];

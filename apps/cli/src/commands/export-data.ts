import { mkdir } from "node:fs/promises";
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import { createExports, EXPORT_FORMATS, EXPORT_KINDS, getExport, type ExportKind, type ExportView } from "@relance/contract/exports";
import { listSegments } from "@relance/contract/segments";
import { EXIT, Wrong, type Call, type Command } from "../command.ts";
import { pause } from "../pause.ts";

export const exportData: Command = {
  name: "export-data",
  needs: 0,
  many: true,
  takes: [{ en: "[TABLE…]", fr: "[TABLE…]" }],
  help: {
    en: `export the workspace's data to files; TABLE is one of ${EXPORT_KINDS.join(", ")}; all of them unless said`,
    fr: `exporte les données de l’espace dans des fichiers ; TABLE : ${EXPORT_KINDS.join(", ")} ; toutes par défaut`,
  },
  options: [
    {
      name: "format",
      value: { en: "FORMAT", fr: "FORMAT" },
      help: { en: "csv (unless said), ndjson or parquet", fr: "csv (par défaut), ndjson ou parquet" },
    },
    {
      name: "segment",
      value: { en: "NAME", fr: "NOM" },
      help: { en: "only members of this segment (its name or id)", fr: "seulement les membres de ce segment (nom ou identifiant)" },
    },
    {
      name: "to",
      value: { en: "FOLDER", fr: "DOSSIER" },
      help: { en: "where to save; the present folder unless said", fr: "où enregistrer ; le dossier courant par défaut" },
    },
  ],
  async run(call) {
    const kinds = call.args.length === 0 ? EXPORT_KINDS : call.args.map((name) => oneOf(call, name, EXPORT_KINDS));
    const format = oneOf(call, call.value("format") ?? "csv", EXPORT_FORMATS);
    const { items } = await call.client.call(createExports, { body: { kinds: [...kinds], format, segment: await segmentOf(call) } });
    const folder = call.path(call.value("to") ?? ".");
    await mkdir(folder, { recursive: true });
    const saved: { kind: ExportKind; rows: number; file: string }[] = [];
    for (const one of items) {
      const done = await follow(call, one);
      const file = join(folder, `${done.kind}.${done.format}`);
      await fetchTo(call, done, file);
      saved.push({ kind: done.kind, rows: done.rowsDone, file });
    }
    call.output.answer({ files: saved }, () =>
      saved.forEach((one) => call.output.line(call.words.exportedRows(one.kind, call.output.number(one.rows), one.file))),
    );
    return EXIT.done;
  },
};

function oneOf<T extends string>(call: Call, given: string, allowed: readonly T[]): T {
  const found = allowed.find((one) => one === given);
  if (found === undefined) throw new Wrong(call.words.notOneOf(given, allowed.join(", ")));
  return found;
}

async function segmentOf(call: Call): Promise<string | null> {
  const given = call.value("segment");
  if (given === undefined) return null;
  const found = (await call.client.call(listSegments, {})).items.find((one) => one.id === given || one.name === given);
  if (!found) throw new Wrong(call.words.absent);
  return found.id;
}

/** Shows how far an export is until its file is there. @throws Wrong when it failed or was cancelled */
async function follow(call: Call, made: ExportView): Promise<ExportView> {
  for (;;) {
    const seen = await call.client.call(getExport, { params: { id: made.id } });
    if (seen.state === "done") return seen;
    if (seen.state !== "waiting" && seen.state !== "running")
      throw new Wrong(call.words.exportEnded(seen.kind, seen.state, seen.error ?? ""), EXIT.failed);
    call.output.progress(call.words.exporting(seen.kind, call.output.number(seen.rowsDone)));
    await pause(300);
  }
}

// By the server we speak to: the public address of the link may not be reachable from here.
async function fetchTo(call: Call, done: ExportView, file: string): Promise<void> {
  const answer = await call.server.fetch(`${call.server.url}${new URL(done.link!).pathname}`);
  if (!answer.ok || !answer.body) throw new Wrong(call.words.exportEnded(done.kind, String(answer.status), ""), EXIT.failed);
  await pipeline(Readable.fromWeb(answer.body as ReadableStream), createWriteStream(file));
}

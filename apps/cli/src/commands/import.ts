import { openAsBlob } from "node:fs";
import { stat, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { addressOf, ApiError, refusalOf } from "@relance/contract/client";
import {
  addImportFile,
  checkImport,
  downloadRefusals,
  getImport,
  runImport,
  uploadImport,
  type ImportReport,
  type ImportView,
} from "@relance/contract/imports";
import { EXIT, Wrong, type Call, type Command, type Exit } from "../command.ts";
import { readMapping } from "../mapping.ts";
import { pause } from "../pause.ts";

export const importFile: Command = {
  name: "import",
  needs: 1,
  takes: [
    { en: "FILE", fr: "FICHIER" },
    { en: "[FILE…]", fr: "[FICHIER…]" },
  ],
  many: true,
  help: {
    en: "import contacts, orders and products from CSV, NDJSON, XLSX or Parquet; several files are joined by their numbers",
    fr: "importe contacts, commandes et produits (CSV, NDJSON, XLSX, Parquet) ; plusieurs fichiers sont reliés par leurs numéros",
  },
  options: [
    {
      name: "mapping",
      value: { en: "FILE", fr: "FICHIER" },
      help: {
        en: "JSON or YAML that says what each column is; without it, what the server proposes",
        fr: "JSON ou YAML qui dit ce qu’est chaque colonne ; sans lui, ce que le serveur propose",
      },
    },
    {
      name: "check",
      value: null,
      help: { en: "only read every row and report; nothing changes", fr: "lit chaque ligne et rend compte ; rien ne change" },
    },
    {
      name: "strict",
      value: null,
      help: { en: "import nothing when one row cannot be used", fr: "n’importe rien si une seule ligne est inutilisable" },
    },
    { name: "wait", value: null, help: { en: "wait until the import has ended", fr: "attend la fin de l’import" } },
    {
      name: "report",
      value: { en: "FILE", fr: "FICHIER" },
      help: {
        en: "where to save the rows left out; FILE.refused.csv unless said",
        fr: "où enregistrer les lignes écartées ; FICHIER.refused.csv par défaut",
      },
    },
  ],
  async run(call) {
    let uploaded = await upload(call, call.args[0]!, null);
    for (const name of call.args.slice(1)) uploaded = await upload(call, name, uploaded.id);
    const file = call.value("mapping");
    const mapping = file === undefined ? uploaded.mapping : await readMapping(call, file, uploaded);
    if (mapping === null)
      throw new Wrong(call.words.fileWrong(call.args[0]!, uploaded.tables.flatMap((table) => table.columns).join(", ")));
    await call.client.call(checkImport, { params: { id: uploaded.id }, body: { mapping } });
    const checked = await follow(call, uploaded.id, "checking");
    const report = checked.report!;
    const refusals = report.refused > 0 ? await saveRefusals(call, checked) : [];
    const stopped = call.has("strict") && report.refused > 0;
    if (call.has("check") || stopped) return finish(call, checked, refusals, stopped);
    await call.client.call(runImport, { params: { id: checked.id } });
    if (call.has("wait")) return finish(call, await follow(call, checked.id, "running"), refusals, false);
    return finish(call, await call.client.call(getImport, { params: { id: checked.id } }), refusals, false);
  },
};

function finish(call: Call, seen: ImportView, refusals: readonly string[], stopped: boolean): Exit {
  const { output, words } = call;
  const report = seen.report!;
  output.answer({ id: seen.id, state: seen.state, report, refusals }, () => {
    tellReport(call, report);
    for (const file of refusals) output.line(words.saved(file));
    if (stopped) output.line(words.strictStop);
    if (!stopped && seen.state === "running") output.line(words.started(seen.id));
  });
  return report.refused > 0 ? EXIT.someRefused : EXIT.done;
}

/** What a check found or a run did, in sentences. */
export function tellReport(call: Call, report: ImportReport): void {
  const { output, words } = call;
  const n = (value: number) => output.number(value);
  output.line(words.checked(n(report.rows), n(report.refused)));
  output.line(words.finds(n(report.contacts), n(report.orders), n(report.returns), n(report.products)));
  if (report.orders + report.returns > 0) output.line(words.totals(n(report.total), n(report.quantity)));
  if (report.applied) output.line(words.applied(n(report.applied.created), n(report.applied.updated), n(report.applied.unchanged)));
}

/** Sends a file as a new import, or as one more of `to`. */
async function upload(call: Call, name: string, to: string | null): Promise<ImportView> {
  const { server, output, words } = call;
  const authorization = server.authorization();
  const path = call.path(name);
  if (
    !(await stat(path).then(
      (found) => found.isFile(),
      () => false,
    ))
  )
    throw new Wrong(words.fileAbsent(name));
  const file = await openAsBlob(path);
  const size = Math.max(1, file.size);
  let sent = 0;
  const counted = file.stream().pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        sent += chunk.length;
        output.progress(words.uploading(percent(call, sent / size)));
        controller.enqueue(chunk);
      },
    }),
  );
  const init = { method: "POST", body: counted, duplex: "half", headers: { ...authorization, "content-type": "application/octet-stream" } };
  const query = { fileName: basename(path).slice(0, 200) };
  const address = to === null ? addressOf(uploadImport.path, {}, query) : addressOf(addImportFile.path, { id: to }, query);
  const answer = await server.fetch(`${server.url}${address}`, init).catch(() => {
    throw new ApiError(0, { code: "network.unreachable", message: "The server did not answer." });
  });
  const text = await answer.text();
  if (!answer.ok) throw refusalOf(answer.status, text);
  return JSON.parse(text) as ImportView;
}

// By whole tenths, so that a terminal that keeps every line keeps eleven of them.
const percent = (call: Call, share: number) => `${Math.floor(share * 10) * 10}${call.language === "fr" ? "\u00a0" : ""}%`;

/** Shows how far a check or a run is until it has ended. @throws Wrong when it failed or was cancelled */
async function follow(call: Call, id: string, state: "checking" | "running"): Promise<ImportView> {
  const { client, output, words } = call;
  for (;;) {
    const seen = await client.call(getImport, { params: { id } });
    if (seen.state === "failed" || seen.state === "cancelled") throw new Wrong(words.ended(seen.state, seen.error ?? ""), EXIT.failed);
    if (seen.state !== state) return seen;
    const rows = output.number(seen.rowsDone);
    output.progress(state === "checking" ? words.checking(rows) : words.running(rows, output.number(seen.rowsTotal ?? 0)));
    await pause(300);
  }
}

// One file a table that has any, beside the first file.
async function saveRefusals(call: Call, seen: ImportView): Promise<string[]> {
  const first = call.value("report") ?? `${call.args[0]!}.refused.csv`;
  const saved: string[] = [];
  for (const { name: table } of seen.tables) {
    const text = await call.client.call(downloadRefusals, { params: { id: seen.id }, query: { table, language: call.language } });
    if (text.trimEnd().split("\n").length < 2) continue;
    const name =
      seen.tables.length === 1
        ? first
        : first.replace(/(\.refused)?\.csv$/, "") + `.${table.replace(/[^\p{L}\p{N}._-]+/gu, "_")}.refused.csv`;
    await writeFile(call.path(name), text);
    saved.push(name);
  }
  return saved;
}

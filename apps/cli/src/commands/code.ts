import { applyCode, exportCode, planCode, type CodePlanned, type CodeProblem } from "@relance/contract/code";
import { EXIT, Wrong, type Call, type Command, type Option, type Said } from "../command.ts";
import { codePaths, readCode, removeCode, writeCode } from "../code-files.ts";
import { readStructured } from "../files.ts";
import { choice } from "../lists.ts";

const FOLDER: Said = { en: "FOLDER", fr: "DOSSIER" };
const PRUNE: Option = {
  name: "prune",
  value: null,
  help: { en: "also remove (archive) what the files do not hold", fr: "retire (archive) aussi ce que les fichiers ne contiennent pas" },
};

const exportAll: Command = {
  name: "export",
  takes: [FOLDER],
  needs: 1,
  help: {
    en: "write segments, journeys, templates, attributes, topics, groups and settings as files",
    fr: "écrit en fichiers segments, scénarios, modèles, champs calculés, thèmes, groupes et réglages",
  },
  options: [
    {
      name: "prune",
      value: null,
      help: { en: "also delete files there of objects that are gone", fr: "supprime aussi les fichiers d’objets qui n’existent plus" },
    },
  ],
  async run(call) {
    const folder = call.args[0]!;
    const { files } = await call.client.call(exportCode, {});
    const stale = (await codePaths(call, folder)).filter((path) => !files.some((file) => file.path === path));
    const written = await writeCode(call, folder, files);
    if (call.has("prune")) await removeCode(call, folder, stale);
    call.output.answer({ files: files.length, written, stale, removed: call.has("prune") }, () => {
      call.output.line(call.words.exported(call.output.number(files.length), call.output.number(written.length), folder));
      if (stale.length > 0)
        call.output.line(
          call.has("prune") ? call.words.staleRemoved(call.output.number(stale.length)) : call.words.staleLeft(stale.join(", ")),
        );
    });
    return EXIT.done;
  },
};

const plan: Command = {
  name: "plan",
  takes: [FOLDER],
  needs: 1,
  options: [PRUNE],
  help: {
    en: "what applying the files of a folder would change, and whom it touches; nothing is stored",
    fr: "ce que changerait l’application des fichiers d’un dossier, et qui cela touche ; rien n’est enregistré",
  },
  async run(call) {
    const found = await call.client.call(planCode, { body: { files: await readCode(call, call.args[0]!), prune: call.has("prune") } });
    call.output.answer(found, () => tellPlan(call, found));
    return found.problems.length === 0 ? EXIT.done : EXIT.failed;
  },
};

const WHAT = ["stay", "move", "retime", "leave"] as const;

const apply: Command = {
  name: "apply",
  takes: [FOLDER],
  needs: 1,
  help: {
    en: "make the workspace as the files of a folder say; refused whole while the plan has problems",
    fr: "met l’espace en accord avec les fichiers d’un dossier ; refusé en bloc tant que le plan a des problèmes",
  },
  options: [
    PRUNE,
    {
      name: "inside",
      value: { en: "WHAT", fr: "SORT" },
      help: {
        en: "people waiting inside journeys that are published: stay (unless said), move, retime or leave",
        fr: "contacts en attente dans les scénarios publiés : stay (par défaut, restent), move (passent), retime (attente recalculée) ou leave (sortent)",
      },
    },
    {
      name: "people",
      value: { en: "FILE", fr: "FICHIER" },
      help: {
        en: "the same per step, as YAML: { journey: { stp_wait: { what: move, to: stp_other } } }",
        fr: "la même chose par étape, en YAML : { scenario: { stp_attente: { what: move, to: stp_autre } } }",
      },
    },
  ],
  async run(call) {
    const inside = choice(call, "inside", WHAT) ?? "stay";
    const people = call.value("people");
    const journeys = people === undefined ? {} : ((await readStructured(call, people)) as never);
    const files = await readCode(call, call.args[0]!);
    const done = await call.client.call(applyCode, { body: { files, prune: call.has("prune"), inside, journeys } });
    call.output.answer(done, () => {
      for (const one of done.objects.filter((each) => each.change !== "same"))
        call.output.line(
          `${MARKS[one.change]} ${one.file}${one.error ? `: ${call.words.refused(one.error.message, one.error.code)}` : ""}`,
        );
      call.output.line(countsOf(call, done.objects));
      if (done.failed > 0) call.output.line(call.words.appliedPartly(call.output.number(done.failed)));
    });
    if (done.failed > 0 && done.objects.every((one) => one.error !== null || one.change === "same"))
      throw new Wrong(call.words.nothingApplied, EXIT.failed);
    return done.failed === 0 ? EXIT.done : EXIT.failed;
  },
};

const MARKS = { added: "+", changed: "~", removed: "-", same: "=" } as const;

function tellPlan(call: Call, { objects, problems }: { objects: readonly CodePlanned[]; problems: readonly CodeProblem[] }): void {
  const { output } = call;
  for (const one of objects.filter((each) => each.change !== "same")) tellPlanned(call, one);
  for (const one of problems)
    output.line(
      `! ${one.file}${one.line === null ? "" : `:${one.line}`}${one.field === "" ? "" : ` ${one.field}`}: ${one.message[call.language]} (${one.code})`,
    );
  output.line(countsOf(call, objects));
  if (problems.length > 0) output.line(call.words.planProblems(output.number(problems.length)));
}

function tellPlanned(call: Call, one: CodePlanned): void {
  const { output, words } = call;
  const short = (text: string | null) => (text === null ? "∅" : text.replace(/\s+/g, " "));
  output.line(`${MARKS[one.change]} ${one.file}${one.name === "" ? "" : `  ${one.name}`}${one.publishes ? `  (${words.publishes})` : ""}`);
  for (const { path, before, after } of one.differences) output.line(`    ${path}: ${short(before)} → ${short(after)}`);
  if (one.people && one.people.joining + one.people.leaving > 0)
    output.line(`    ${words.peopleOf(output.number(one.people.joining), output.number(one.people.leaving))}`);
  for (const step of one.steps.filter((each) => each.here > 0 || each.change === "changed" || each.change === "removed"))
    output.line(
      `    ${MARKS[step.change]} ${step.step}${step.name === "" ? "" : ` ${step.name}`}${step.here > 0 ? `: ${words.peopleHere(output.number(step.here))}` : ""}`,
    );
}

function countsOf(call: Call, objects: readonly { readonly change: CodePlanned["change"] }[]): string {
  const n = (change: CodePlanned["change"]) => call.output.number(objects.filter((one) => one.change === change).length);
  return call.words.planned_(n("added"), n("changed"), n("removed"), n("same"));
}

export const codeCommands: readonly Command[] = [exportAll, plan, apply];

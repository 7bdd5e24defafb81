import { describeFailure } from "@relance/model/failures";
import type { Id } from "@relance/model/base";
import type { Deps } from "../../deps.ts";
import { findWorkspace } from "../team/index.ts";
import { findSync } from "./queries.ts";

/** The name of the job; stored, it never changes. */
export const ALERT_JOB = "syncs.alert";

const WORDS = {
  en: {
    subject: (name: string) => `${name} cannot be read`,
    times: (n: number) => `The source failed ${n} times in a row. What is new there does not arrive until this is mended.`,
    look: "How it stands, and what to change:",
    once: "Relance goes on trying. You get no other mail about this source until it has worked again.",
  },
  fr: {
    subject: (name: string) => `« ${name} » ne peut plus être lue`,
    times: (n: number) => `La source a échoué ${n} fois de suite. Ce qui y est nouveau n’arrive pas tant que ce n’est pas réparé.`,
    look: "Où cela en est, et quoi changer :",
    once: "Relance continue d’essayer. Vous ne recevrez pas d’autre message sur cette source avant qu’elle ait fonctionné à nouveau.",
  },
} as const;

/** What the administrators are told of a source that fails, in the language of the workspace; null when it works again, was stopped or is gone. */
export async function alertOf(
  deps: Deps,
  key: { readonly workspace: Id; readonly id: Id },
): Promise<{ readonly subject: string; readonly lines: readonly string[] } | null> {
  const { sql } = deps.ports;
  const sync = await findSync(sql, key);
  if (!sync || sync.stopped || sync.failures === 0) return null;
  const { locale } = await findWorkspace(sql, { id: key.workspace });
  const say = WORDS[locale];
  const why = (sync.reason && describeFailure(sync.reason, locale)) ?? sync.problem ?? "";
  return {
    subject: say.subject(sync.name),
    lines: [say.times(sync.failures), why, `${say.look}\n${deps.config.publicUrl}/sources/syncs/${sync.id}`, say.once],
  };
}

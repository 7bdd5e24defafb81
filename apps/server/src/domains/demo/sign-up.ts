import type { Id } from "@relance/model/base";
import { newForm } from "@relance/model/forms";
import type { Deps } from "../../deps.ts";
import type { Actor } from "../../platform/http/actor.ts";
import type { FoundSend } from "../delivery/index.ts";
import { askedOf, confirmSubmission, createForm, findForm, publishForm, submitForm } from "../forms/index.ts";
import type { DemoPerson } from "./shop/index.ts";

/** The form of the shop's site, published. */
export async function openForm(deps: Deps, actor: Actor): Promise<Id> {
  const id = await createForm(deps, actor, {
    name: "Lettre, bas de page",
    content: { ...newForm("Fauvel", null), privacyUrl: "https://fauvel.example/confidentialite" },
  });
  await publishForm(deps, actor, id);
  return id;
}

/** Somebody leaves their address in the form, as its page would send it. */
export async function signUp(deps: Deps, input: { readonly workspace: Id; readonly form: Id; readonly person: DemoPerson }): Promise<void> {
  const { clock, chance, sql } = deps.ports;
  const { language, store, firstName, email } = input.person;
  const form = await findForm(sql, { workspace: input.workspace, id: input.form });
  const now = clock.now();
  await submitForm(deps, {
    form,
    content: form.draft,
    shown: { form: form.id, version: form.live_version!, language, id: chance.id(now), at: now, page: `https://fauvel.example/${store}` },
    answers: { email, phone: null, values: { first_name: firstName }, consents: form.draft.consents },
    visitor: { ip: "192.0.2.1", agent: null },
  });
}

/** They press the button behind the link of the message that asks. */
export async function confirm(deps: Deps, send: FoundSend): Promise<void> {
  const asked = await askedOf(deps, send);
  if (asked) await confirmSubmission(deps, asked, send.id);
}

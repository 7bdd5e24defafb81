import { getContact, listContacts, type ContactProfile, type ContactRow } from "@relance/contract/contacts";
import { ERASURE_REASONS, eraseContact, everythingOfContact } from "@relance/contract/rights";
import { EXIT, Wrong, type Call, type Command } from "../command.ts";
import { choice, isId, LIMIT, limitOf, pages, showList } from "../lists.ts";

const nameOf = (contact: ContactRow) =>
  [contact.firstName, contact.lastName].filter((part) => part !== null).join(" ") || contact.externalId;

const get: Command = {
  name: "contacts get",
  needs: 1,
  options: [],
  takes: [{ en: "ID|E-MAIL|USER-ID", fr: "IDENTIFIANT|E-MAIL" }],
  help: { en: "everything known about one contact", fr: "tout ce qu’on sait d’un contact" },
  async run(call) {
    const given = call.args[0]!;
    const contact = await call.client.call(getContact, { params: { id: isId(given) ? given : await idOf(call, given) } });
    call.output.answer(contact, () => show(call, contact));
    return EXIT.done;
  },
};

const find: Command = {
  name: "contacts find",
  needs: 0,
  options: [LIMIT],
  takes: [{ en: "[TEXT]", fr: "[TEXTE]" }],
  help: {
    en: "contacts by e-mail, phone, name, user id or order number; the last seen when none is given",
    fr: "contacts par e-mail, téléphone, nom, identifiant ou numéro de commande ; sans texte, les derniers vus",
  },
  async run(call) {
    const search = call.args[0];
    const list = await pages(limitOf(call), (page) =>
      call.client.call(listContacts, { query: { ...page, ...(search !== undefined && { search }) } }),
    );
    const { head } = call.words;
    showList(call, list, [head.id, head.name, head.email, head.phone, head.country, head.seen], (contact) => [
      contact.id,
      nameOf(contact),
      contact.email,
      contact.phone,
      contact.country,
      call.output.moment(contact.lastSeenAt),
    ]);
    return EXIT.done;
  },
};

async function idOf(call: Call, given: string): Promise<string> {
  const { items } = await call.client.call(listContacts, { query: { search: given, limit: 20 } });
  const exact = items.filter((one) => [one.email, one.externalId, one.phone].some((value) => value?.toLowerCase() === given.toLowerCase()));
  const found = exact.length > 0 ? exact : items;
  if (found.length === 0) throw new Wrong(call.words.noneOfName(given), EXIT.failed);
  if (found.length > 1) throw new Wrong(call.words.manyOfName(given, found.map((one) => one.id).join(", ")));
  return found[0]!.id;
}

function show(call: Call, contact: ContactProfile): void {
  const { head } = call.words;
  const { attributes, freshness, identities, groups, conflicts, merges, ...columns } = contact;
  const rows = [...Object.entries(columns), ...Object.entries(attributes).map(([name, value]) => [`attributes.${name}`, value] as const)]
    .filter(([, value]) => value !== null)
    .map(([name, value]) => [name, valueOf(call, value), freshness[name] === undefined ? null : call.output.moment(freshness[name])]);
  call.output.table(
    [head.field, head.value, head.seen],
    [
      ...rows,
      ...identities.map((one) => [one.kind, one.value, call.output.moment(one.createdAt)]),
      ...groups.map((one) => ["group", one.name, call.output.moment(one.addedAt)]),
      ...conflicts.map((one) => ["conflict", `${one.kind} ${one.value}`, call.output.moment(one.at)]),
      ...merges.map((one) => ["merge", one.loser, call.output.moment(one.at)]),
    ],
  );
}

function valueOf(call: Call, value: unknown): string {
  if (typeof value === "boolean") return value ? call.words.yes : call.words.no;
  return typeof value === "string" ? value : JSON.stringify(value);
}

const everything: Command = {
  name: "contacts everything",
  needs: 1,
  options: [],
  takes: [{ en: "ID|E-MAIL|USER-ID", fr: "IDENTIFIANT|E-MAIL" }],
  help: {
    en: "all that is known of a person, as JSON: the answer to their right of access",
    fr: "tout ce qu’on sait d’une personne, en JSON\u00a0: la réponse à son droit d’accès",
  },
  async run(call) {
    const given = call.args[0]!;
    const all = await call.client.call(everythingOfContact, { params: { id: isId(given) ? given : await idOf(call, given) } });
    call.output.answer(all, () => call.output.line(JSON.stringify(all, null, 2)));
    return EXIT.done;
  },
};

const erase: Command = {
  name: "contacts erase",
  needs: 1,
  takes: [{ en: "ID|E-MAIL|USER-ID", fr: "IDENTIFIANT|E-MAIL" }],
  help: { en: "erase a person for good; nothing brings them back", fr: "efface une personne définitivement\u202f; rien ne la ramène" },
  options: [
    {
      name: "reason",
      value: { en: "WHY", fr: "RAISON" },
      help: { en: "person (unless said), objection, retention or unlawful", fr: "person (par défaut), objection, retention ou unlawful" },
    },
    { name: "for-good", value: null, help: { en: "needed: says that you mean it", fr: "nécessaire\u00a0: dit que c’est voulu" } },
  ],
  async run(call) {
    const given = call.args[0]!;
    if (!call.has("for-good")) throw new Wrong(call.words.eraseNeeds);
    const request = await call.client.call(eraseContact, {
      params: { id: isId(given) ? given : await idOf(call, given) },
      body: { reason: choice(call, "reason", ERASURE_REASONS) ?? "person", confirm: "erase" },
    });
    call.output.answer(request, () =>
      call.output.line(
        call.words.erased(
          call.output.number(request.report.runs ?? 0),
          call.output.number(request.report.sends ?? 0),
          call.output.number(request.report.orders ?? 0),
        ),
      ),
    );
    return EXIT.done;
  },
};

export const contactCommands: readonly Command[] = [get, find, everything, erase];

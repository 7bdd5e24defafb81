import type { Words } from "../base/index.ts";
import { PAST } from "../flows/graph.ts";
import type { Step } from "../journeys/index.ts";
import { ID_BASE, leftOut, linkOf, type Setting } from "./setting.ts";
import { attributeOf, filterOf } from "./conditions.ts";
import { list, map, number, say, text, verdictOf, type Json, type Made, type TemplateToMake } from "../flows/place.ts";

type Choosing = NonNullable<Extract<Step, { kind: "split" }>["choose"]>;
type Channel = "email" | "sms" | "push" | "whatsapp";
const CHANNELS: Readonly<Record<string, Channel>> = {
  "send-email": "email",
  "send-sms": "sms",
  "send-mobile-push": "push",
  "send-push": "push",
  "send-whatsapp": "whatsapp",
};

/** A message with what it is sent only to; a disabled one sends nothing and is left out. */
function sent(action: Json, setting: Setting, channel: Channel): Made {
  const data = map(action["data"]);
  if (text(data["status"]) === "disabled")
    return leftOut(
      action,
      "different",
      "It was disabled there and was left out.",
      "Elle était désactivée là-bas et a été laissée de côté.",
    );
  const { step, remarks, template } = messageStep(action, setting, channel);
  const next = linkOf(action);
  const { rule, lost } = filterOf(map(data["message"])["additional_filters"], setting.names, setting.flow);
  const told = { ...verdictOf([...remarks, ...lost]), templates: template ? [template] : [] };
  if (rule === null) return { ...told, steps: [step], exits: { next } };
  // What only some get: a branch before the message, past it for the others.
  const asks: Step = { ...ID_BASE, id: setting.id(), kind: "branch", paths: [{ exit: "p1", name: "Oui / Yes", rule }] };
  return { ...told, steps: [{ ...asks, exits: { p1: step.id, else: PAST } }, step], exits: { next } };
}

export const email = (action: Json, setting: Setting): Made => sent(action, setting, "email");
export const otherMessage = (action: Json, setting: Setting, channel: Exclude<Channel, "email">): Made => sent(action, setting, channel);

function messageStep(action: Json, setting: Setting, channel: Channel): { step: Step; remarks: Words[]; template: TemplateToMake | null } {
  const message = map(map(action["data"])["message"]);
  const id = setting.id();
  const name = text(message["name"]).slice(0, 200);
  const remarks: Words[] = [];
  const said = toLiquid(text(message["body"]));
  if (channel === "sms" && said !== "") {
    remarks.push(
      say(
        "Its template is made with its text; variables other than the person's own are as Klaviyo writes them: read it over.",
        "Son modèle est créé avec son texte\u00a0; les variables autres que celles de la personne restent écrites comme chez Klaviyo\u00a0: relisez-le.",
      ),
    );
    return {
      step: { ...ID_BASE, id, name, kind: channel, template: null },
      remarks,
      template: { ...templateOf(id, name, message), channel, body: { format: "text", source: said.slice(0, 5_000) } },
    };
  }
  if (channel !== "email") {
    remarks.push(
      say(
        `Choose its template: the content is not taken over.${said === "" ? "" : ` It said: “${said.slice(0, 300)}”`}`,
        `Choisissez son modèle\u00a0: le contenu n’est pas repris.${said === "" ? "" : ` Il disait\u00a0: «\u00a0${said.slice(0, 300)}\u00a0»`}`,
      ),
    );
    return { step: { ...ID_BASE, id, name, kind: channel, template: null }, remarks, template: null };
  }
  remarks.push(
    say(
      "Its template is made with subject and preview text; the body is not in the definition and must be put in.",
      "Son modèle est créé avec l’objet et le texte d’aperçu\u00a0; le corps n’est pas dans la définition, il reste à y mettre.",
    ),
  );
  if (message["smart_sending_enabled"] === false && message["transactional"] !== true)
    remarks.push(
      say(
        "It did not keep to Smart Sending; here the caps of the workspace hold for all marketing.",
        "Il ignorait le Smart Sending\u00a0; ici les plafonds de l’espace valent pour tout le marketing.",
      ),
    );
  if (text(message["cc_email"]) !== "" || text(message["bcc_email"]) !== "")
    remarks.push(say("Copies (cc, bcc) are not sent.", "Aucune copie (cc, cci) n’est envoyée."));
  return { step: { ...ID_BASE, id, name, kind: "email", template: null }, remarks, template: templateOf(id, name, message) };
}

const templateOf = (key: string, name: string, message: Json): TemplateToMake => ({
  key,
  name: (name || text(message["subject_line"]) || "Klaviyo").slice(0, 120),
  class: message["transactional"] === true ? "transactional" : "marketing",
  subject: toLiquid(text(message["subject_line"])).slice(0, 500),
  preheader: toLiquid(text(message["preview_text"])).slice(0, 500),
});

/** What Klaviyo writes of the person, as here: `{{ first_name|default:'you' }}`, `{{ person.city }}`, `{{ person|lookup:'Tier' }}`. The rest is left to be seen. */
function toLiquid(source: string): string {
  const field = (property: string): string => `contact.${attributeOf(property).replace(/^attributes\./, "")}`;
  return source.replaceAll(
    /\{\{\s*(?:person\s*\|\s*lookup\s*:\s*['"]([^'"}]+)['"]|person\.([\w.]+)|(first_name|last_name|email|phone_number)\b)/g,
    (_, looked?: string, of?: string, plain?: string) => `{{ ${field((looked ?? of ?? plain)!)}`,
  );
}

/** Variations of a message: a split that keeps each person on their way, and a message on each. */
export function abTest(action: Json, setting: Setting): Made {
  const data = map(action["data"]);
  const experiment = map(data["current_experiment"]);
  const variations = list(experiment["variations"]).map(map).slice(0, 10);
  const messages = variations.length >= 2 ? variations : [map(data["main_action"]), ...variations];
  if (messages.length < 2) {
    const main = messages[0]!;
    const channel = CHANNELS[text(main["type"])];
    return channel === undefined
      ? leftOut(
          action,
          "impossible",
          "The test holds no message; it was left out.",
          "Le test ne contient aucun message\u00a0; il a été laissé de côté.",
        )
      : { ...sent({ ...main, links: action["links"] }, setting, channel) };
  }
  const shares = map(experiment["allocations"]);
  const id = setting.id();
  const made = messages.map((one) => messageStep(one, setting, CHANNELS[text(one["type"])] ?? "email"));
  const { choose, remark } = winnerOf(experiment);
  const arms = messages.map((one, index) => ({
    exit: `p${index + 1}`,
    name: (text(map(map(one["data"])["message"])["name"]) || String.fromCodePoint(65 + index)).slice(0, 100),
    weight: weightOf(shares, one, messages.length),
  }));
  const split: Step = {
    ...ID_BASE,
    id,
    kind: "split",
    by: "contact",
    arms,
    ...(choose && { choose }),
    exits: Object.fromEntries(made.map(({ step }, index) => [`p${index + 1}`, step.id])),
  };
  const remarks = [...remark, ...unique(made.flatMap((one) => one.remarks))];
  return {
    ...verdictOf(remarks),
    steps: [split, ...made.map(({ step }) => ({ ...step, exits: { next: PAST } }) as Step)],
    exits: { next: linkOf(action) },
    templates: made.flatMap(({ template }) => (template ? [template] : [])),
  };
}

/** Who wins, where the test says it by itself: by clicks as there; by orders through the journey's goal; never by opens, which machines make. */
function winnerOf(experiment: Json): { choose?: Choosing; remark: Words[] } {
  if (map(experiment["automatic_winner_selection_settings"])["enabled"] !== true) return { remark: [] };
  const metric = text(experiment["winner_metric"]);
  const on = ({ "unique-clicks": "click", "unique-placed-orders": "goal" } as const)[metric];
  if (on === undefined)
    return {
      remark: [
        say(
          `A winner by “${metric || "?"}” is not chosen by itself; read the split's numbers.`,
          `La gagnante selon «\u00a0${metric || "?"}\u00a0» n’est pas choisie d’elle-même\u00a0; lisez les chiffres du partage.`,
        ),
      ],
    };
  const choose: Choosing = { how: "winner", on, days: 7 };
  return {
    choose,
    remark: [
      on === "click"
        ? say(
            "The winner is the variation proven to get more clicks, each person counted seven days after they came.",
            "La gagnante est la variante dont il est prouvé qu’elle a plus de clics, chaque personne comptée sept jours après son passage.",
          )
        : say(
            "The winner is the variation proven to lead more people to the journey's goal within seven days: make the order an exit that is the goal.",
            "La gagnante est la variante dont il est prouvé qu’elle mène plus de personnes à l’objectif du scénario sous sept jours\u00a0: faites de la commande une sortie qui est l’objectif.",
          ),
    ],
  };
}

function weightOf(shares: Json, variation: Json, all: number): number {
  const share = shares[text(variation["id"])] ?? shares[text(variation["temporary_id"])];
  return share === undefined
    ? Math.round(100 / all)
    : Math.min(1_000, Math.max(0, Math.round(number(share) <= 1 ? number(share) * 100 : number(share))));
}

const unique = (remarks: readonly Words[]): Words[] =>
  remarks.filter((one, index) => remarks.findIndex((other) => other.en === one.en) === index);

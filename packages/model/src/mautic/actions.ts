import type { Words } from "../base/index.ts";
import type { Step } from "../journeys/index.ts";
import { list, map, number, say, text, verdictOf, type FlowNames, type Json, type Made, type TemplateToMake } from "../flows/place.ts";
import { EMAILS, FORMS, nameOf, rows, tagKey, tagsOf, TEXTS, type Happening } from "./campaign.ts";
import { attributeOf, conditionOf, named, pageFilters, POINTS, UNSAID } from "./conditions.ts";
import { emailTemplate, textTemplate } from "./content.ts";
import { spanOf, wait } from "./timing.ts";

/** What an event is made in: its campaign, and how its steps are called. */
export interface Setting {
  readonly definition: Json;
  readonly names: FlowNames;
  /** A new step id of this event. */
  readonly id: () => string;
  /** The step of the message it reacts to: the nearest one before it. */
  readonly message: string | null;
  /** How long it is waited for what does not happen, in ms; null: without end. */
  readonly patience: number | null;
}

/** The steps of an event without its waits, and what there is to say of it. */
export interface Did {
  readonly steps: readonly Step[];
  readonly remarks: readonly Words[];
  readonly lost?: boolean;
  readonly templates?: readonly TemplateToMake[];
}
const lost = (en: string, fr: string): Did => ({ steps: [], remarks: [say(en, fr)], lost: true });
const base = (one: Happening, setting: Setting) => ({ id: setting.id(), name: one.name, exits: {} });

export function actionOf(one: Happening, setting: Setting): Did {
  const { properties: p } = one;
  switch (one.type) {
    case "email.send":
      return sends(one, setting);
    case "sms.send_text_sms": {
      const id = one.channelId || text(p["sms"]);
      const step = base(one, setting);
      return {
        steps: [{ ...step, kind: "sms", template: null }],
        remarks: [],
        templates: [
          textTemplate(
            step.id,
            rows(setting.definition, ...TEXTS).find((row) => text(row["id"]) === id),
            one.name,
          ),
        ],
      };
    }
    case "notification.send_notification":
      return chosen({ ...base(one, setting), kind: "web_push", template: null });
    case "notification.send_mobile_notification":
      return chosen({ ...base(one, setting), kind: "push", template: null });
    case "lead.changelist":
      return groups(one, setting, list(p["addToLists"]).map(text), list(p["removeFromLists"]).map(text));
    case "lead.changetags":
      return groups(one, setting, tagsOf(p["add_tags"]).map(tagKey), tagsOf(p["remove_tags"]).map(tagKey));
    case "lead.changepoints":
      return {
        steps: [
          {
            ...base(one, setting),
            kind: "attribute",
            attribute: "attributes.points",
            to: { of: "add", by: Math.round(Number(text(p["points"])) || 0) },
          },
        ],
        remarks: [POINTS],
      };
    case "lead.updatelead":
      return updates(one, setting);
    case "stage.change":
      return {
        steps: [
          {
            ...base(one, setting),
            kind: "attribute",
            attribute: "attributes.stage",
            to: { of: "value", value: nameOf(setting.definition, ["stages", "stage"], text(p["stage"])) || text(p["stage"]) },
          },
        ],
        remarks: [say("Stages are the attribute “stage” here.", "Les étapes de qualification sont ici l’attribut «\u00a0stage\u00a0».")],
      };
    case "lead.adddnc":
      return ends(one, setting);
    case "lead.removednc":
      return lost(
        "A journey agrees for nobody: consent is given by a form, a page or the link to renew it.",
        "Un scénario n’accepte à la place de personne\u00a0: l’accord se donne par un formulaire, une page ou le lien pour le renouveler.",
      );
    case "campaign.sendwebhook":
      return {
        steps: [{ ...base(one, setting), kind: "webhook", webhook: null, template: null }],
        remarks: [
          say(
            `Add the webhook in Settings and choose it, with a body; it called ${text(p["url"]).slice(0, 300) || "?"}.`,
            `Ajoutez le webhook dans les réglages et choisissez-le, avec un corps\u00a0; il appelait ${text(p["url"]).slice(0, 300) || "?"}.`,
          ),
        ],
      };
    case "email.send.to.user":
      return {
        steps: [{ ...base(one, setting), kind: "task", title: one.name.slice(0, 200) || "Mautic", note: "" }],
        remarks: [
          say(
            "Becomes a task for the team; no e-mail goes to its members.",
            "Devient une tâche pour l’équipe\u00a0; aucun e-mail ne part vers ses membres.",
          ),
        ],
      };
    case "campaign.addremovelead": {
      const into = list(p["addTo"]).map(text);
      const leaves = list(p["removeFrom"]).map(text).includes("this");
      const steps = [
        ...into.map((): Step => ({ ...base(one, setting), kind: "journey", journey: null })),
        ...(leaves ? [{ ...base(one, setting), kind: "exit" } as Step] : []),
      ];
      return steps.length === 0
        ? lost(
            "Taking somebody out of another journey is an exit rule of that journey here.",
            "Faire sortir quelqu’un d’un autre scénario est ici une règle de sortie de ce scénario.",
          )
        : {
            steps,
            remarks:
              into.length > 0
                ? [say("Choose the journey that stands for the campaign.", "Choisissez le scénario qui correspond à la campagne.")]
                : [],
          };
    }
    default:
      return lost(
        `“${one.type}” has no counterpart; it was left out.`,
        `«\u00a0${one.type}\u00a0» n’a pas d’équivalent\u00a0; l’événement a été laissé de côté.`,
      );
  }
}

const chosen = (step: Step): Did => ({
  steps: [step],
  remarks: [
    say("Choose its template: the content is not in the file.", "Choisissez son modèle\u00a0: le contenu n’est pas dans le fichier."),
  ],
});

function sends(one: Happening, setting: Setting): Did {
  const id = one.channelId || text(one.properties["email"]);
  const email = rows(setting.definition, ...EMAILS).find((row) => text(row["id"]) === id);
  const step = base(one, setting);
  // There a "transactional" mail may be sent again to one person; here the word means that no consent is asked, which a campaign is not.
  const template = emailTemplate(step.id, email, one.name, "marketing");
  return {
    steps: [{ ...step, kind: "email", template: null }],
    remarks: template.body
      ? []
      : [
          say(
            "Its template is made; the body is not in the file and must be put in.",
            "Son modèle est créé\u00a0; le corps n’est pas dans le fichier, il reste à y mettre.",
          ),
        ],
    templates: [template],
  };
}

function groups(one: Happening, setting: Setting, join: readonly string[], leave: readonly string[]): Did {
  const step =
    (action: "join" | "leave") =>
    (key: string): Step => ({ ...base(one, setting), name: "", kind: "group", action, group: setting.names.groups.get(key) ?? null });
  const steps = [...join.map(step("join")), ...leave.map(step("leave"))];
  return steps.length === 0
    ? lost("It changes nothing.", "Il ne change rien.")
    : {
        steps,
        remarks: [
          say(
            "Segments filled by hand and tags are groups here.",
            "Les segments remplis à la main et les étiquettes sont ici des groupes.",
          ),
        ],
      };
}

function updates(one: Happening, setting: Setting): Did {
  const fields = Object.entries(one.properties).filter(([, value]) => text(value) !== "");
  const own = fields.filter(([field]) => attributeOf(field).startsWith("attributes."));
  const steps = own.map(([field, value]): Step => ({
    ...base(one, setting),
    name: "",
    kind: "attribute",
    attribute: attributeOf(field),
    to: { of: "value", value: text(value).slice(0, 1_000) },
  }));
  const rest = fields.filter(([field]) => !attributeOf(field).startsWith("attributes.")).map(([field]) => field);
  const remarks =
    rest.length === 0
      ? []
      : [
          say(
            `${rest.join(", ")}: no attribute of your own; left out.`,
            `${rest.join(", ")}\u00a0: pas un attribut à vous\u00a0; laissé de côté.`,
          ),
        ];
  return { steps, remarks, lost: steps.length === 0 };
}

function ends(one: Happening, setting: Setting): Did {
  const channels = list(one.properties["channels"])
    .map(text)
    .filter((channel): channel is "email" | "sms" => channel === "email" || channel === "sms");
  return {
    steps: (channels.length === 0 ? (["email"] as const) : channels).map((channel): Step => ({
      ...base(one, setting),
      name: "",
      kind: "consent",
      channel,
      topic: "",
    })),
    remarks: [
      say(
        "Their agreement ends; it is not noted as a refusal of theirs.",
        "Son consentement prend fin\u00a0; ce n’est pas noté comme un refus de sa part.",
      ),
    ],
  };
}

/** A condition as a branch: `p1` is its yes. */
export function branchOf(one: Happening, setting: Setting): Did {
  const { rule, remarks } = conditionOf(one, setting.names, (id) => nameOf(setting.definition, FORMS, id));
  const step: Step = { ...base(one, setting), kind: "branch", paths: [{ exit: "p1", name: "Oui / Yes", rule: rule ?? UNSAID }] };
  return {
    steps: [step],
    remarks:
      rule === null
        ? [
            ...remarks,
            say(
              "The branch asks nothing yet: say its condition before publishing.",
              "La branche ne demande encore rien\u00a0: dites sa condition avant de publier.",
            ),
          ]
        : remarks,
    lost: rule === null && CANNOT.has(one.type),
  };
}
const CANNOT: ReadonlySet<string> = new Set([
  "lead.device",
  "lead.owner",
  "lead.campaigns",
  "email.validate.address",
  "notification.has.active",
]);

const LONGEST = 30 * 86_400_000;
/** A decision as a wait: its yes is what happens in time. */
export function decisionOf(one: Happening, setting: Setting): Did {
  const timeout = spanOf(setting.patience ?? LONGEST);
  const endless =
    setting.patience === null
      ? [say("There it is waited without end; here thirty days.", "Là-bas l’attente est sans fin\u00a0; ici trente jours.")]
      : [];
  const until = (
    event: string,
    where: readonly { readonly property: string; readonly is: { readonly op: "eq" | "contains"; readonly value: string } }[],
  ): Did => ({
    steps: [wait(setting.id(), { of: "event", events: [{ event, where: [...where], sameKey: false }], timeout })],
    remarks: endless,
  });
  switch (one.type) {
    case "email.open":
    case "email.click":
      if (setting.message === null) return lost("No message before it to react to.", "Aucun message avant elle auquel réagir.");
      return {
        steps: [
          wait(setting.id(), {
            of: "message",
            step: setting.message,
            did: one.type === "email.open" ? "opened" : "clicked",
            after: null,
            timeout,
          }),
        ],
        remarks: [
          ...endless,
          ...(list(one.properties["urls"]).length > 0 || list(map(one.properties["urls"])["list"]).length > 0
            ? [say("Any link counts, not only those named.", "Tout lien compte, non seulement ceux nommés.")]
            : []),
        ],
      };
    case "page.pagehit":
      return until("Page Viewed", pageFilters(one.properties));
    case "form.submit": {
      const forms = list(one.properties["forms"])
        .map((id) => nameOf(setting.definition, FORMS, text(id)))
        .filter((name) => name !== "");
      return forms.length === 0
        ? until("Form Submitted", [])
        : {
            steps: [
              wait(setting.id(), {
                of: "event",
                events: forms.map((form) => ({ event: "Form Submitted", where: named(form), sameKey: false })),
                timeout,
              }),
            ],
            remarks: endless,
          };
    }
    case "asset.download": {
      const made = until("Asset Downloaded", []);
      return {
        ...made,
        remarks: [
          ...made.remarks,
          say("Your site must tell the event “Asset Downloaded”.", "Votre site doit envoyer l’événement «\u00a0Asset Downloaded\u00a0»."),
        ],
      };
    }
    default:
      return lost(
        `“${one.type}” is not heard here; everyone takes the way of who did not.`,
        `«\u00a0${one.type}\u00a0» ne s’entend pas ici\u00a0; chacun prend la voie de qui ne l’a pas fait.`,
      );
  }
}

/** An event that goes to another: forward it is only a way, back it is a loop. */
export const jumpTarget = (one: Happening): string =>
  one.type === "campaign.jump_to_event" ? String(number(Number(text(one.properties["jumpToEvent"])))) : "";
export const told = ({ remarks, lost: gone }: Did): Pick<Made, "verdict" | "message"> => ({
  ...verdictOf(remarks),
  ...(gone && { verdict: "impossible" as const }),
});

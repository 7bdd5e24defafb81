import { defineWords } from "../../i18n/words.ts";

export const identityWords = defineWords({
  en: {
    intro: "A unique identifier names one contact: two that give it become one. A shared one is kept as a field of each and joins nobody. What the rules leave open waits for you:",
    email: "E-mail addresses", phone: "Phone numbers", roles: "Mailboxes of an office (info@, contact@, compta@…)", kinds: { unique: "Unique: one contact each", shared: "Shared: several contacts may have it" },
    phoneHelp: "Shared suits shops where families give one number. A STOP then holds for the number.", guard: "Most identifiers of two contacts joined without you", guardHelp: "Beyond, a person decides: kiosks and shared mailboxes stop here.",
    limits: "How many of a kind name one contact", limitsHelp: "The ones said last. Older ones stay on the profile as history and join nobody any more. Empty: all of them.", all: "all",
    priority: "Which is believed when two say different contacts", priorityHelp: "The first of this list. The other claim waits in Who is who.", up: (kind: string) => `${kind}: higher`, down: (kind: string) => `${kind}: lower`,
    ids: { user_id: "User id", shop_id: "Shop’s id", email: "E-mail", phone: "Phone", anonymous_id: "Browser or app" },
    later: "A change counts for what arrives from then on.", toQueue: "Who is who",
  },
  fr: {
    intro: "Un identifiant unique désigne un seul contact : deux qui le donnent n’en font plus qu’un. Un identifiant partagé reste un champ de chacun et ne réunit personne. Ce que les règles laissent ouvert vous attend :",
    email: "Adresses e-mail", phone: "Numéros de téléphone", roles: "Boîtes de service (info@, contact@, compta@…)", kinds: { unique: "Unique : un seul contact", shared: "Partagé : plusieurs contacts peuvent l’avoir" },
    phoneHelp: "Partagé convient quand une famille donne le même numéro. Un STOP vaut alors pour le numéro.", guard: "Identifiants au plus de deux contacts réunis sans vous", guardHelp: "Au-delà, une personne décide : bornes et boîtes communes s’arrêtent ici.",
    limits: "Combien d’identifiants désignent un même contact", limitsHelp: "Les derniers donnés. Les plus anciens restent sur la fiche comme historique et ne réunissent plus personne. Vide : tous.", all: "tous",
    priority: "Lequel croire quand deux désignent des contacts différents", priorityHelp: "Le premier de cette liste. L’autre demande attend dans Qui est qui.", up: (kind) => `${kind} : monter`, down: (kind) => `${kind} : descendre`,
    ids: { user_id: "Numéro client", shop_id: "Numéro boutique", email: "E-mail", phone: "Téléphone", anonymous_id: "Navigateur ou application" },
    later: "Un changement vaut pour ce qui arrive ensuite.", toQueue: "Qui est qui",
  },
});

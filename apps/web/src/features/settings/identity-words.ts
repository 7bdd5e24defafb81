import { defineWords } from "../../i18n/words.ts";

export const identityWords = defineWords({
  en: {
    intro: "A unique identifier names one contact: two that give it become one. A shared one is kept as a field of each and joins nobody. What the rules leave open waits for you:",
    email: "E-mail addresses", phone: "Phone numbers", roles: "Mailboxes of an office (info@, contact@, compta@…)", kinds: { unique: "Unique: one contact each", shared: "Shared: several contacts may have it" },
    phoneHelp: "Shared suits shops where families give one number. A STOP then holds for the number.", guard: "Most identifiers of two contacts joined without you", guardHelp: "Beyond, a person decides: kiosks and shared mailboxes stop here.",
    later: "A change counts for what arrives from then on.", toQueue: "Who is who",
  },
  fr: {
    intro: "Un identifiant unique désigne un seul contact : deux qui le donnent n’en font plus qu’un. Un identifiant partagé reste un champ de chacun et ne réunit personne. Ce que les règles laissent ouvert vous attend :",
    email: "Adresses e-mail", phone: "Numéros de téléphone", roles: "Boîtes de service (info@, contact@, compta@…)", kinds: { unique: "Unique : un seul contact", shared: "Partagé : plusieurs contacts peuvent l’avoir" },
    phoneHelp: "Partagé convient quand une famille donne le même numéro. Un STOP vaut alors pour le numéro.", guard: "Identifiants au plus de deux contacts réunis sans vous", guardHelp: "Au-delà, une personne décide : bornes et boîtes communes s’arrêtent ici.",
    later: "Un changement vaut pour ce qui arrive ensuite.", toQueue: "Qui est qui",
  },
});

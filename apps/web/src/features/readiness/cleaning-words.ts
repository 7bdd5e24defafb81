import { defineWords } from "../../i18n/words.ts";

export const cleaningWords = defineWords({
  en: {
    sentence: (all: string, fixable: string) => `[[${all} problems]] in your contacts; for ${fixable} of them a fix is proposed.`, sentenceUnfixed: (all: string) => `[[${all} problems]] in your contacts, each for you to judge: no fix is proposed.`,
    clean: "Nothing to clean.", cleanText: "Addresses, phones, dates, countries and languages of your contacts are credible. New and changed contacts are looked at as they come.",
    duplicates: "Probable duplicates", onlyDuplicates: "Pairs of contacts who are probably one person each. Nothing is joined without you.", toDuplicates: "Decide who is who",
    kinds: {
      email_syntax: "Impossible addresses", email_unusual: "Odd addresses", email_typo: "Mistyped domains", email_no_mail: "Domains without mail", email_disposable: "Throw-away addresses", email_role: "Shared mailboxes", never_engaged: "Never engaged",
      phone_wrong: "Wrong phone numbers", phone_unread: "Phone numbers not understood", birth_impossible: "Impossible birth dates", birth_unread: "Birth dates not understood", country_name: "Countries by name", country_wrong: "Unknown countries",
      language_missing: "No language", language_elsewhere: "Language not of the country", store_missing: "No store",
    },
    why: {
      email_syntax: "No mail server accepts such an address.", email_unusual: "Written as the rules allow, yet hardly any person has such an address: quotes, a bare machine name, an address in brackets.", email_typo: "Close to a well-known mail domain, and not one that is known to take mail.",
      email_no_mail: "DNS says that this domain takes no mail.", email_disposable: "A mailbox made to be thrown away.", email_role: "A mailbox of an office (contact@, billing@). Several people read it: consent and birthdays are nobody’s.", never_engaged: "Five marketing e-mails or more, and not one opened or clicked by a person.",
      phone_wrong: "No such number exists in any numbering plan.", phone_unread: "Kept as an attribute because it could not be read. Where the contact’s country or store explains it, the number is proposed.", birth_impossible: "In the future, more than 115 years ago, or the day that programs write for “unknown”.", birth_unread: "Kept as an attribute because it could not be read. Where the way the store’s country writes dates explains it, the day is proposed.",
      country_name: "Rules and stores go by the two-letter code.", country_wrong: "Neither a country’s code nor its name.", language_missing: "The contact’s store speaks one language.", language_elsewhere: "Not spoken in the contact’s country, nor by its store. It may be right: look before you change it.", store_missing: "One of your stores, and only one, is in the contact’s country.",
    },
    applyAll: (n: number, text: string) => (n === 1 ? "Apply the fix" : `Apply the ${text} fixes`), fix: "Fix", fixOf: (name: string) => `Fix ${name}`, keep: "It is right", keepOf: (name: string) => `It is right: ${name}`, more: "Show more", of: (field: string) => `${field}:`, empty: "empty", emptied: "emptied",
    fixes: "Fixes", noFixes: "What you apply is listed here, and can be taken back.", states: { running: "Under way", done: "Done", cancelled: "Stopped", undoing: "Being taken back", undone: "Taken back" },
    progress: (done: string, wanted: string) => `${done} of ${wanted}`, skipped: (n: string) => `(${n} left: changed meanwhile, or the value is another contact’s)`, by: (who: string, when: string) => `${who}, ${when}`, undo: "Take back", stop: "Stop",
  },
  fr: {
    sentence: (all, fixable) => `[[${all} anomalies]] dans vos contacts ; pour ${fixable} d’entre elles, une correction est proposée.`, sentenceUnfixed: (all) => `[[${all} anomalies]] dans vos contacts, à vous d’en juger : aucune correction n’est proposée.`,
    clean: "Rien à nettoyer.", cleanText: "Les adresses, téléphones, dates, pays et langues de vos contacts sont crédibles. Chaque contact nouveau ou modifié est examiné à son arrivée.",
    duplicates: "Doublons probables", onlyDuplicates: "Des paires de contacts qui sont sans doute une seule personne. Rien n’est réuni sans vous.", toDuplicates: "Décider qui est qui",
    kinds: {
      email_syntax: "Adresses impossibles", email_unusual: "Adresses étranges", email_typo: "Domaines mal tapés", email_no_mail: "Domaines sans courrier", email_disposable: "Adresses jetables", email_role: "Boîtes partagées", never_engaged: "Jamais engagés",
      phone_wrong: "Téléphones faux", phone_unread: "Téléphones non compris", birth_impossible: "Dates de naissance impossibles", birth_unread: "Dates de naissance non comprises", country_name: "Pays en toutes lettres", country_wrong: "Pays inconnus",
      language_missing: "Langue absente", language_elsewhere: "Langue étrangère au pays", store_missing: "Boutique absente",
    },
    why: {
      email_syntax: "Aucun serveur de courrier n’accepte une telle adresse.", email_unusual: "Les règles l’admettent, mais presque personne n’a une telle adresse : guillemets, simple nom de machine, adresse entre crochets.", email_typo: "Proche d’un domaine connu, et rien ne montre que celui-ci reçoit du courrier.",
      email_no_mail: "D’après le DNS, ce domaine ne reçoit pas de courrier.", email_disposable: "Une boîte faite pour être jetée.", email_role: "La boîte d’un service (contact@, compta@). Plusieurs personnes la lisent : l’accord et l’anniversaire n’y sont ceux de personne.", never_engaged: "Cinq e-mails marketing ou plus, et aucun ouvert ni cliqué par une personne.",
      phone_wrong: "Ce numéro n’existe dans aucun plan de numérotation.", phone_unread: "Gardé comme attribut faute d’avoir été compris. Quand le pays du contact ou de sa boutique l’explique, le numéro est proposé.", birth_impossible: "Dans le futur, il y a plus de 115 ans, ou le jour que les logiciels écrivent pour « inconnu ».", birth_unread: "Gardée comme attribut faute d’avoir été comprise. Quand la façon d’écrire du pays de la boutique l’explique, le jour est proposé.",
      country_name: "Les règles et les boutiques se fient au code à deux lettres.", country_wrong: "Ni le code d’un pays, ni son nom.", language_missing: "La boutique du contact ne parle qu’une langue.", language_elsewhere: "On ne la parle ni dans le pays du contact, ni dans sa boutique. C’est peut-être juste : regardez avant de changer.", store_missing: "Une de vos boutiques, et une seule, est dans le pays du contact.",
    },
    applyAll: (n, text) => (n === 1 ? "Appliquer la correction" : `Appliquer les ${text} corrections`), fix: "Corriger", fixOf: (name) => `Corriger ${name}`, keep: "C’est juste", keepOf: (name) => `C’est juste : ${name}`, more: "En montrer plus", of: (field) => `${field} :`, empty: "vide", emptied: "vidé",
    fixes: "Corrections", noFixes: "Ce que vous appliquez s’inscrit ici, et peut être annulé.", states: { running: "En cours", done: "Terminée", cancelled: "Arrêtée", undoing: "En cours d’annulation", undone: "Annulée" },
    progress: (done, wanted) => `${done} sur ${wanted}`, skipped: (n) => `(${n} laissés : modifiés entre-temps, ou valeur d’un autre contact)`, by: (who, when) => `${who}, ${when}`, undo: "Annuler", stop: "Arrêter",
  },
});

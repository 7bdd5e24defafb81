import { defineWords } from "../../i18n/words.ts";

export const sampleWords = defineWords({
  en: {
    none: "How much of what you know is true?", noneText: "Draw one to five in a hundred of your contacts or products, by store and language. Someone says of each field whether it is right; the error rate comes with its confidence interval, and is kept over time.",
    sentence: (rate: string, interval: string, subject: string) => `[[${rate} of errors]] ${interval} in the last sample of ${subject}.`, subjects: { contacts: "contacts", products: "products" },
    draw: "A new sample", drawText: "Drawn in proportion to each store and language, at least one of each; at most a thousand records.", of: "Sample of", percent: "Percent", drawButton: "Draw the sample",
    progress: (n: string, of: string) => `record ${n} of ${of}`, gone: "This record is no longer there.", empty: "empty", next: "Save, next record", ended: "Every record of this sample has been reviewed.",
    verdicts: { right: "Right", wrong: "Wrong", unsure: "Can’t tell" }, verdictOn: (field: string) => `Verdict on ${field}`, fields: { title: "Title", description: "Description", price: "Price", link: "Link", image: "Picture" },
    rates: "Error rate", ratesAside: "95 % Wilson interval; what nobody could judge counts on neither side", field: "Field", wrong: "Wrong / judged", rate: "Rate", record: "Records with an error",
    history: "Samples", line: (subject: string, drawn: string, of: string, strata: string) => `${drawn} of ${of} ${subject}, ${strata} strata`, notYet: "Nothing reviewed yet.", resume: (n: string) => `Resume, ${n} left`,
  },
  fr: {
    none: "Quelle part de ce que vous savez est vraie ?", noneText: "Tirez un à cinq pour cent de vos contacts ou de vos produits, par boutique et par langue. Quelqu’un dit de chaque champ s’il est juste ; le taux d’erreur vient avec son intervalle de confiance, et se garde dans le temps.",
    sentence: (rate, interval, subject) => `[[${rate} d’erreurs]] ${interval} dans le dernier échantillon de ${subject}.`, subjects: { contacts: "contacts", products: "produits" },
    draw: "Un nouvel échantillon", drawText: "Tiré en proportion de chaque boutique et langue, au moins un de chaque ; mille fiches au plus.", of: "Échantillon de", percent: "Pour cent", drawButton: "Tirer l’échantillon",
    progress: (n, of) => `fiche ${n} sur ${of}`, gone: "Cette fiche n’existe plus.", empty: "vide", next: "Garder, fiche suivante", ended: "Toutes les fiches de cet échantillon ont été revues.",
    verdicts: { right: "Juste", wrong: "Faux", unsure: "Indécidable" }, verdictOn: (field) => `Avis sur ${field}`, fields: { title: "Titre", description: "Description", price: "Prix", link: "Lien", image: "Image" },
    rates: "Taux d’erreur", ratesAside: "intervalle de Wilson à 95 % ; l’indécidable ne compte d’aucun côté", field: "Champ", wrong: "Faux / jugés", rate: "Taux", record: "Fiches avec une erreur",
    history: "Échantillons", line: (subject, drawn, of, strata) => `${drawn} ${subject} sur ${of}, ${strata} strates`, notYet: "Rien de revu pour l’instant.", resume: (n) => `Reprendre, ${n} fiches`,
  },
});

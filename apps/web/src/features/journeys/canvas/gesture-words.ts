import { defineWords } from "../../../i18n/words.ts";

export const gestureWords = defineWords({
  en: {
    close: "Close", keep: "Not now", keepPaused: "Stay paused",
    pauseTitle: "Pause this journey?", pause: "Pause", pauseText: (n: number, text: string) => `Nobody enters and nothing moves${n === 0 ? "" : `: ${text} inside ${n === 1 ? "stays where they are" : "stay where they are"}`}. Events that end a run still do.`, reason: "Why (optional)", reasonHelp: "Stocktaking until Monday",
    resumeTitle: "Resume this journey", resume: "Resume", pausedBy: (ago: string, by: string) => (by === "" ? `Paused ${ago}.` : `Paused ${ago} by ${by}.`), quoted: (reason: string) => `“${reason}”`,
    overdue: "What became due during the pause…", overdues: { catch_up: "is done now", retime: "is moved by the length of the pause", leave: "ends there" }, overdueTexts: { catch_up: "Late messages leave at once, through the gate.", retime: "Everyone keeps the rhythm that was planned.", leave: "Those people leave the journey; nothing late is sent." },
    archiveTitle: "Archive this journey?", archive: "Archive", archiveInside: (n: number, text: string) => `${n === 1 ? "One run under way stops" : `${text} runs under way stop`}, and nobody enters any more.`, archiveEmpty: "Nobody enters any more.", archiveText: "Nothing is erased: the numbers and the history stay readable.",
    duplicateTitle: "Duplicate this journey", duplicate: "Duplicate", copyName: "Name of the copy", copyOf: (name: string) => `${name} (copy)`, duplicateText: "The draft is copied, not the people inside. The copy sends nothing before you publish it.",
  },
  fr: {
    close: "Fermer", keep: "Pas maintenant", keepPaused: "Rester en pause",
    pauseTitle: "Mettre ce scénario en pause ?", pause: "Mettre en pause", pauseText: (n, text) => `Personne n’entre et rien n’avance${n === 0 ? "" : ` : ${n === 1 ? "le parcours en cours reste où il est" : `les ${text} parcours en cours restent où ils sont`}`}. Les événements qui terminent un parcours le terminent toujours.`, reason: "Pourquoi (facultatif)", reasonHelp: "Inventaire jusqu’à lundi",
    resumeTitle: "Reprendre ce scénario", resume: "Reprendre", pausedBy: (ago, by) => (by === "" ? `En pause ${ago}.` : `Mis en pause ${ago} par ${by}.`), quoted: (reason) => `« ${reason} »`,
    overdue: "Ce qui est arrivé à échéance pendant la pause…", overdues: { catch_up: "se fait maintenant", retime: "est décalé de la durée de la pause", leave: "s’arrête là" }, overdueTexts: { catch_up: "Les messages en retard partent aussitôt, après les contrôles.", retime: "Chacun garde le rythme prévu.", leave: "Ces personnes sortent du scénario ; rien n’est envoyé en retard." },
    archiveTitle: "Archiver ce scénario ?", archive: "Archiver", archiveInside: (n, text) => `${n === 1 ? "Un parcours en cours s’arrête" : `${text} parcours en cours s’arrêtent`}, et plus personne n’entre.`, archiveEmpty: "Plus personne n’entre.", archiveText: "Rien n’est effacé : les nombres et l’historique restent lisibles.",
    duplicateTitle: "Dupliquer ce scénario", duplicate: "Dupliquer", copyName: "Nom de la copie", copyOf: (name) => `${name} (copie)`, duplicateText: "Le brouillon est copié, pas les personnes en cours. La copie n’envoie rien avant d’être publiée.",
  },
});

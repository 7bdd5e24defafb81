import { defineWords } from "../../i18n/words.ts";

export const clipboardWords = defineWords({
  en: {
    copied: (n: number) => (n === 1 ? "Step copied." : `${n} steps copied.`), cut: (n: number) => (n === 1 ? "Step cut." : `${n} steps cut.`), pasted: (n: number) => (n === 1 ? "Step pasted." : `${n} steps pasted.`), tooMany: (most: number) => `A journey has ${most} steps at most: nothing was pasted.`, empty: "No copied step to paste.", failed: "What this workspace has could not be read: nothing was pasted. Try again.",
    copy: "Copy", cutWord: "Cut", paste: "Paste after", remove: "Remove", follow: "Take what follows along", menu: "Copy, cut, paste", chosen: (n: number) => `${n} steps chosen`, none: "Let go",
    title: "What do these steps use here?", text: "They come from elsewhere and name what this workspace does not have. Choose what takes its place.", later: "To be chosen later", stays: "Leave it: a problem to mend before publishing", confirm: (n: number) => (n === 1 ? "Paste the step" : `Paste ${n} steps`), keep: "Do not paste", close: "Close",
    kinds: { template: "Template", group: "Group", segment: "Segment", journey: "Journey", store: "Store", pool: "Pool of codes", webhook: "Webhook" }, named: (kind: string, name: string) => `${kind} “${name}”`, nameless: "name unknown", at: (step: string) => `in “${step}”`,
  },
  fr: {
    copied: (n) => (n < 2 ? "Étape copiée." : `${n} étapes copiées.`), cut: (n) => (n < 2 ? "Étape coupée." : `${n} étapes coupées.`), pasted: (n) => (n < 2 ? "Étape collée." : `${n} étapes collées.`), tooMany: (most) => `Un scénario compte ${most} étapes au plus : rien n’a été collé.`, empty: "Aucune étape copiée à coller.", failed: "Ce que contient cet espace n’a pas pu être lu : rien n’a été collé. Réessayez.",
    copy: "Copier", cutWord: "Couper", paste: "Coller après", remove: "Retirer", follow: "Prendre aussi ce qui suit", menu: "Copier, couper, coller", chosen: (n) => `${n} étapes choisies`, none: "Relâcher",
    title: "Qu’utilisent ces étapes ici ?", text: "Elles viennent d’ailleurs et font appel à ce que cet espace n’a pas. Choisissez par quoi le remplacer.", later: "À choisir plus tard", stays: "Laisser : à corriger avant la publication", confirm: (n) => (n < 2 ? "Coller l’étape" : `Coller ${n} étapes`), keep: "Ne pas coller", close: "Fermer",
    kinds: { template: "Modèle", group: "Groupe", segment: "Segment", journey: "Scénario", store: "Boutique", pool: "Réserve de codes", webhook: "Webhook" }, named: (kind, name) => `${kind} « ${name} »`, nameless: "nom inconnu", at: (step) => `dans « ${step} »`,
  },
});

import { defineWords } from "../../i18n/words.ts";

export const conflictWords = defineWords({
  en: {
    title: "Who is who", none: "Nothing to decide.", noneText: "When two contacts claim the same identifier and the rules do not join them, the claim waits here.", toRules: "Rules of identity", toContacts: "To the contacts",
    sentence: (n: number, shown: string) => (n === 1 ? "[[1 claim]] waits for you." : `[[${shown} claims]] wait for you.`),
    claimant: "Claims it", holder: "Has it", nobody: "Nobody has it", unnamed: "Anonymous visitor", from: (source: string) => `said by ${source}`,
    kinds: { user_id: "User id", email: "E-mail", phone: "Phone", anonymous_id: "Browser", shop_id: "Shop’s id" },
    why: {
      two_accounts: "Both have a user id: probably two people.", same_name: "Same first and last name: probably one person.", other_name: "Different names: probably two people.", shared_device: "One browser, two people who gave different e-mails: a shared device.",
      too_many: "Together they would have more identifiers than your rules allow: often a kiosk or a shared mailbox.", unsigned: "A public key may not change what a contact already has.", unclear: "Nothing else tells them apart.",
    },
    join: "One person: join", joinNow: "Join for good", joinText: "Their events, orders and messages become one history. This cannot be taken apart again yet.", back: "Not now", apart: "Two people", ignore: "Leave it as it is", take: "Take the new value",
    kept: "Kept apart. The same claim will not come back.", undo: "Undo",
    identities: "Known by", more: (n: string) => `and ${n} more`, joined: (kind: string, value: string, from: string | null, ago: string) => `Two records became one by ${kind} ${value}${from === null ? "" : `, ${from}`}, ${ago}`, waiting: (n: number, shown: string) => (n === 1 ? "1 claim to decide" : `${shown} claims to decide`),
  },
  fr: {
    title: "Qui est qui", none: "Rien à décider.", noneText: "Quand deux contacts donnent le même identifiant et que les règles ne les réunissent pas, la demande attend ici.", toRules: "Règles d’identité", toContacts: "Vers les contacts",
    sentence: (n: number, shown: string) => (n <= 1 ? "[[1 demande]] vous attend." : `[[${shown} demandes]] vous attendent.`),
    claimant: "Le donne", holder: "L’a déjà", nobody: "Personne ne l’a", unnamed: "Visiteur anonyme", from: (source: string) => `dit par ${source}`,
    kinds: { user_id: "Numéro client", email: "E-mail", phone: "Téléphone", anonymous_id: "Navigateur", shop_id: "Numéro boutique" },
    why: {
      two_accounts: "Chacun a son numéro client : sans doute deux personnes.", same_name: "Mêmes prénom et nom : sans doute une seule personne.", other_name: "Noms différents : sans doute deux personnes.", shared_device: "Un navigateur, deux personnes aux e-mails différents : un appareil partagé.",
      too_many: "À eux deux, ils auraient plus d’identifiants que vos règles n’en admettent : souvent une borne ou une boîte commune.", unsigned: "Une clé publique ne peut pas changer ce qu’un contact a déjà.", unclear: "Rien d’autre ne les distingue.",
    },
    join: "Une seule personne : réunir", joinNow: "Réunir pour de bon", joinText: "Leurs événements, commandes et messages ne feront qu’une histoire. On ne peut pas encore les séparer ensuite.", back: "Pas maintenant", apart: "Deux personnes", ignore: "Laisser ainsi", take: "Prendre la nouvelle valeur",
    kept: "Gardés séparés. La même demande ne reviendra pas.", undo: "Annuler",
    identities: "Reconnu par", more: (n: string) => `et ${n} de plus`, joined: (kind: string, value: string, from: string | null, ago: string) => `Deux fiches réunies par ${kind} ${value}${from === null ? "" : `, ${from}`}, ${ago}`, waiting: (n: number, shown: string) => (n <= 1 ? "1 demande à trancher" : `${shown} demandes à trancher`),
  },
});

import { defineWords } from "../../i18n/words.ts";

export const conflictWords = defineWords({
  en: {
    title: "Who is who", none: "Nothing to decide.", noneText: "When two contacts claim the same identifier and the rules do not join them, the claim waits here.", toRules: "Rules of identity", toContacts: "To the contacts",
    sentence: (n: number, shown: string) => (n === 1 ? "[[1 claim]] waits for you." : `[[${shown} claims]] wait for you.`),
    claimant: "Claims it", holder: "Has it", nobody: "Nobody has it", unnamed: "Anonymous visitor", from: (source: string) => `said by ${source}`,
    kinds: { user_id: "User id", email: "E-mail", phone: "Phone", anonymous_id: "Browser", shop_id: "Shop’s id", likeness: "Alike" },
    alike: { email: "E-mails that differ by dots or a “+word” only", name_birth: "Same name and birth date", name_phone: "Same name and phone", name_postcode: "Same name and postal code" }, first: "Known first", second: "Known later",
    why: {
      two_accounts: "Both have a user id: probably two people.", same_name: "Same first and last name: probably one person.", other_name: "Different names: probably two people.", shared_device: "One browser, two people who gave different e-mails: a shared device.",
      too_many: "Together they would have more identifiers than your rules allow: often a kiosk or a shared mailbox.", unsigned: "A public key may not change what a contact already has.", alike: "Nothing known of them speaks against it.", former: "The other contact had it once and has newer ones: it may have changed hands.", unclear: "Nothing else tells them apart.",
    },
    join: "One person: join", back: "Not now", apart: "Two people", ignore: "Leave it as it is", take: "Take the new value",
    kept: "Kept apart. The same claim will not come back.", became: "Joined: they are one contact now.", toContact: "See it", undo: "Undo",
    separate: "Separate these", separateTitle: "Separate two people", separateNow: "Separate them", stays: "Remains here", goes: "Is a contact of its own again", nothing: "nothing more", separated: "Separated. No identifier joins them again without you.", toOther: "To the other contact", moreMerges: (n: string) => `Show ${n} more`,
    owned: {
      event: (n: number, shown: string) => (n === 1 ? "1 event" : `${shown} events`), order: (n: number, shown: string) => (n === 1 ? "1 order" : `${shown} orders`), send: (n: number, shown: string) => (n === 1 ? "1 message" : `${shown} messages`),
      run: (n: number, shown: string) => (n === 1 ? "1 journey" : `${shown} journeys`), consent: (n: number, shown: string) => (n === 1 ? "1 proof of consent" : `${shown} proofs of consent`), group: (n: number, shown: string) => (n === 1 ? "1 group" : `${shown} groups`),
    },
    rule: {
      before: "Everything from before goes back to whom it was known of.", since: "Events, fields and orders since go with the identifier they came with.",
      journeys: "Journeys that were under way go back with the messages they sent since. Separating starts no journey.",
      rest: "What was agreed to since stays here; what was refused since counts for both. Everything else since stays here.",
    },
    former: "formerly", tooOld: "Joined before what each was was kept: these two cannot be separated any more.", identities: "Known by", more: (n: string) => `and ${n} more`, joined: (kind: string, value: string, from: string | null, day: string) => `Two records became one by ${kind} ${value}${from === null ? "" : `, ${from}`}, on ${day}.`, waiting: (n: number, shown: string) => (n === 1 ? "1 claim to decide" : `${shown} claims to decide`),
  },
  fr: {
    title: "Qui est qui", none: "Rien à décider.", noneText: "Quand deux contacts donnent le même identifiant et que les règles ne les réunissent pas, la demande attend ici.", toRules: "Règles d’identité", toContacts: "Vers les contacts",
    sentence: (n: number, shown: string) => (n <= 1 ? "[[1 demande]] vous attend." : `[[${shown} demandes]] vous attendent.`),
    claimant: "Le donne", holder: "L’a déjà", nobody: "Personne ne l’a", unnamed: "Visiteur anonyme", from: (source: string) => `dit par ${source}`,
    kinds: { user_id: "Numéro client", email: "E-mail", phone: "Téléphone", anonymous_id: "Navigateur", shop_id: "Numéro boutique", likeness: "Ressemblance" },
    alike: { email: "E-mails qui ne diffèrent que par des points ou un « +mot »", name_birth: "Mêmes nom et date de naissance", name_phone: "Mêmes nom et téléphone", name_postcode: "Mêmes nom et code postal" }, first: "Connu d’abord", second: "Connu ensuite",
    why: {
      two_accounts: "Chacun a son numéro client : sans doute deux personnes.", same_name: "Mêmes prénom et nom : sans doute une seule personne.", other_name: "Noms différents : sans doute deux personnes.", shared_device: "Un navigateur, deux personnes aux e-mails différents : un appareil partagé.",
      too_many: "À eux deux, ils auraient plus d’identifiants que vos règles n’en admettent : souvent une borne ou une boîte commune.", unsigned: "Une clé publique ne peut pas changer ce qu’un contact a déjà.", alike: "Rien de ce qu’on sait d’eux ne s’y oppose.", former: "L’autre contact l’a eu et en a de plus récents : il a pu changer de mains.", unclear: "Rien d’autre ne les distingue.",
    },
    join: "Une seule personne : réunir", back: "Pas maintenant", apart: "Deux personnes", ignore: "Laisser ainsi", take: "Prendre la nouvelle valeur",
    kept: "Gardés séparés. La même demande ne reviendra pas.", became: "Réunis : ils ne font plus qu’un contact.", toContact: "Voir sa fiche", undo: "Annuler",
    separate: "Séparer ces deux fiches", separateTitle: "Séparer deux personnes", separateNow: "Séparer", stays: "Reste ici", goes: "Redevient un contact à part", nothing: "rien d’autre", separated: "Séparés. Aucun identifiant ne les réunira plus sans vous.", toOther: "Vers l’autre fiche", moreMerges: (n: string) => `Afficher ${n} de plus`,
    owned: {
      event: (n: number, shown: string) => (n <= 1 ? "1 événement" : `${shown} événements`), order: (n: number, shown: string) => (n <= 1 ? "1 commande" : `${shown} commandes`), send: (n: number, shown: string) => (n <= 1 ? "1 message" : `${shown} messages`),
      run: (n: number, shown: string) => (n <= 1 ? "1 scénario" : `${shown} scénarios`), consent: (n: number, shown: string) => (n <= 1 ? "1 preuve de consentement" : `${shown} preuves de consentement`), group: (n: number, shown: string) => (n <= 1 ? "1 groupe" : `${shown} groupes`),
    },
    rule: {
      before: "Tout ce qui date d’avant la fusion retrouve la personne dont on le savait.", since: "Les événements, champs et commandes venus depuis suivent l’identifiant qui les accompagnait.",
      journeys: "Les scénarios alors en cours repartent avec les messages qu’ils ont envoyés depuis. Séparer n’en fait démarrer aucun.",
      rest: "Ce qui a été accepté depuis reste ici ; ce qui a été refusé depuis vaut pour les deux. Tout le reste venu depuis reste ici.",
    },
    former: "ancien", tooOld: "Réunies avant que l’on garde ce qu’était chacune : ces deux fiches ne peuvent plus être séparées.", identities: "Reconnu par", more: (n: string) => `et ${n} de plus`, joined: (kind: string, value: string, from: string | null, day: string) => `Deux fiches réunies par ${kind} ${value}${from === null ? "" : `, ${from}`}, le ${day}.`, waiting: (n: number, shown: string) => (n <= 1 ? "1 demande à trancher" : `${shown} demandes à trancher`),
  },
});

/** By what two are alike, in words. */
export const alike = (say: { readonly alike: Readonly<Record<string, string>> }, value: string): string => say.alike[value] ?? value;

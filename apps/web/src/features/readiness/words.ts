import { defineWords } from "../../i18n/words.ts";

export const readinessWords = defineWords({
  en: {
    title: "Readiness", tabs: { overview: "Overview", cleaning: "Cleaning", products: "Products", points: "Sign-up", samples: "Samples" }, pages: "Pages of Readiness",
    sentence: (ready: string, all: string) => `Your data is enough for [[${ready} of ${all} journeys]].`,
    more: (actions: number, opens: number) => (actions === 1 ? ` One action would open ${opens} more.` : ` ${actions} actions would open ${opens} more.`),
    none: "Nothing is known yet of your customers.", noneText: "Import your customers and orders, or connect your shop: this page then says which journeys your data carries, and what the others wait for.", toImports: "Import a file", toConnect: "Connect a shop",
    counting: "News of contacts is being looked at; the numbers follow within a minute.", walked: (when: string) => `Everyone was last looked at ${when}.`,
    known: "What we know, by store", knownAside: "share of contacts whose field is filled and credible", field: "Field", everyone: "Everyone", fresh: "Heard within a year", latest: "Last heard", from: "From", noStore: "No store", attributesMore: (n: number) => `Show ${n} more attributes`, filledOnly: (n: string) => `${n} not credible`,
    may: "May it start?", all: "for everyone", readyAll: "Ready for everyone.", readySome: (people: string, of: string) => `Ready for ${people} of ${of} contacts.`, notYet: (list: string) => `Not yet. Missing: ${list}.`, lacks: (list: string) => `Missing: ${list}.`, partly: (list: string) => `In part: ${list}.`,
    groups: { journey: "Your journeys", library: "Ready to use" }, open: "Open", complete: "Complete", inNeed: (met: string, of: string) => `${met} of ${of} needs met`,
    unlock: "The shortest way to more", unlockText: "In this order. Each line opens what stands below it.", opens: (list: string) => `Opens: ${list}.`, towards: "A step towards the next line.", noUnlock: "Nothing is missing: every journey may start.", showMore: (n: number) => `Show ${n} more`,
    triggers: "What may start a journey", triggersAside: "the catalogue of starts, with what your data holds", met: { yes: "possible", partly: "for some", no: "not yet" }, lastSeen: (when: string) => `last ${when}`,
    cleaning: (n: string) => `${n} problems found`, clean: "Nothing to clean", toClean: "Look at them",
    starts: { "form:submitted": "A form is sent", "form:confirmed": "A sign-up is confirmed", cart: "A cart is left", browse: "A visit without an order", "order:completed": "An order", "order:cancelled": "An order is cancelled", "order:refunded": "An order is refunded", replenishment: "Time to buy again", registration: "A product is not registered", price_drop: "A price falls", back_in_stock: "Back in stock", near_store: "Near a store", date: "Birthday" },
    sources: { import: "files", sync: "a source that was removed", api: "API", events: "events", consent: "consents", unknown: "before history", computed: "computed", journey: "journeys", readiness: "cleaning", form: "forms", person: "the team", demo: "the demo" },
    needs: { event: (name: string) => `the event “${name}”`, attribute: (name: string) => name, consent: (channel: string) => `consent to ${channel}`, website: "the address of your website", catalogue: "a catalogue", stores: "your stores", coupons: "a pool of codes with codes left", template: (name: string) => (name === "" ? "a template in each message" : `the template “${name}”, published`) },
    silent: (name: string) => `${name} (silent)`, channels: { email: "e-mail", sms: "texts", whatsapp: "WhatsApp" },
    cure: { event: "Send this event", attribute: "Import or ask for it", consent: "Ask for it in a form or import it", website: "Enter it in the settings", catalogue: "Import products", stores: "Add your stores", coupons: "Add codes", template: "Choose and publish it" },
    publishTo: "See Readiness",
    card: "Readiness", cardText: (ready: string, all: string) => `Your data carries ${ready} of ${all} journeys.`,
  },
  fr: {
    title: "Préparation", tabs: { overview: "Vue d’ensemble", cleaning: "Nettoyage", products: "Produits", points: "Collecte", samples: "Échantillons" }, pages: "Pages de la préparation",
    sentence: (ready, all) => `Vos données suffisent pour [[${ready} scénarios sur ${all}]].`,
    more: (actions, opens) => (actions === 1 ? ` Un geste en ouvrirait ${opens} de plus.` : ` ${actions} gestes en ouvriraient ${opens} de plus.`),
    none: "Rien n’est encore connu de vos clients.", noneText: "Importez vos clients et vos commandes, ou reliez votre boutique : cette page dira quels scénarios vos données portent, et ce qu’attendent les autres.", toImports: "Importer un fichier", toConnect: "Relier une boutique",
    counting: "Des nouvelles de contacts sont en cours d’examen ; les chiffres suivent dans la minute.", walked: (when) => `Dernier examen de tous les contacts : ${when}.`,
    known: "Ce que nous savons, par boutique", knownAside: "part des contacts dont le champ est rempli et crédible", field: "Champ", everyone: "Tous", fresh: "Dit depuis un an", latest: "Fraîcheur", from: "Vient de", noStore: "Sans boutique", attributesMore: (n) => `Montrer ${n} attributs de plus`, filledOnly: (n) => `${n} peu crédibles`,
    may: "Peut-on lancer ?", all: "pour tous", readyAll: "Prêt pour tous.", readySome: (people, of) => `Prêt pour ${people} contacts sur ${of}.`, notYet: (list) => `Pas encore. Il manque : ${list}.`, lacks: (list) => `Il manque : ${list}.`, partly: (list) => `En partie : ${list}.`,
    groups: { journey: "Vos scénarios", library: "Prêts à l’emploi" }, open: "Ouvrir", complete: "Compléter", inNeed: (met, of) => `${met} besoins sur ${of}`,
    unlock: "Le plus court chemin", unlockText: "Dans cet ordre. Chaque ligne ouvre ce qui est écrit dessous.", opens: (list) => `Ouvre : ${list}.`, towards: "Un pas vers la ligne suivante.", noUnlock: "Rien ne manque : tous les scénarios peuvent partir.", showMore: (n) => `En montrer ${n} de plus`,
    triggers: "Ce qui peut lancer un scénario", triggersAside: "le catalogue des départs, avec ce que vos données contiennent", met: { yes: "possible", partly: "pour une partie", no: "pas encore" }, lastSeen: (when) => `dernier : ${when}`,
    cleaning: (n) => `${n} anomalies trouvées`, clean: "Rien à nettoyer", toClean: "Les examiner",
    starts: { "form:submitted": "Formulaire envoyé", "form:confirmed": "Inscription confirmée", cart: "Panier laissé", browse: "Visite sans commande", "order:completed": "Commande", "order:cancelled": "Commande annulée", "order:refunded": "Commande remboursée", replenishment: "Moment de racheter", registration: "Produit non enregistré", price_drop: "Baisse de prix", back_in_stock: "Retour en stock", near_store: "Près d’une boutique", date: "Anniversaire" },
    sources: { import: "fichiers", sync: "une source retirée", api: "API", events: "événements", consent: "consentements", unknown: "avant l’historique", computed: "calcul", journey: "scénarios", readiness: "nettoyage", form: "formulaires", person: "l’équipe", demo: "la démonstration" },
    needs: { event: (name) => `l’événement « ${name} »`, attribute: (name) => name, consent: (channel) => `l’accord pour ${channel}`, website: "l’adresse de votre site", catalogue: "un catalogue", stores: "vos boutiques", coupons: "une réserve de codes non vide", template: (name) => (name === "" ? "un modèle dans chaque message" : `le modèle « ${name} », publié`) },
    silent: (name) => `${name} (muet)`, channels: { email: "les e-mails", sms: "les SMS", whatsapp: "WhatsApp" },
    cure: { event: "Envoyer cet événement", attribute: "L’importer ou le demander", consent: "Le demander dans un formulaire, ou l’importer", website: "La saisir dans les réglages", catalogue: "Importer des produits", stores: "Ajouter vos boutiques", coupons: "Ajouter des codes", template: "Le choisir et le publier" },
    publishTo: "Voir la préparation",
    card: "Préparation", cardText: (ready, all) => `Vos données portent ${ready} scénarios sur ${all}.`,
  },
});

/** What fields of contacts are called; an own attribute is called as it is. */
export const fieldWords = defineWords({
  en: { external_id: "user id", email: "e-mail", phone: "phone", first_name: "first name", last_name: "last name", locale: "language", country: "country", region: "region", postal_code: "postal code", city: "city", birth_date: "date of birth", customer_type: "type (B2B, B2C)", store_id: "store", latitude: "location", longitude: "location", time_zone: "time zone", "attributes.member_since": "date of joining", "consent:email": "consent to e-mail", "consent:sms": "consent to texts", "consent:whatsapp": "consent to WhatsApp" },
  fr: { external_id: "identifiant", email: "e-mail", phone: "téléphone", first_name: "prénom", last_name: "nom", locale: "langue", country: "pays", region: "région", postal_code: "code postal", city: "ville", birth_date: "date de naissance", customer_type: "type (B2B, B2C)", store_id: "boutique", latitude: "position", longitude: "position", time_zone: "fuseau horaire", "attributes.member_since": "date d’arrivée", "consent:email": "accord pour les e-mails", "consent:sms": "accord pour les SMS", "consent:whatsapp": "accord pour WhatsApp" },
});

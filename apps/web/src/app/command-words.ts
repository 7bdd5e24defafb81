import { defineWords } from "../i18n/words.ts";

export const commandWords = defineWords({
  en: {
    title: "Go anywhere", ask: "A contact, an order number, a page, something to do", nothing: "Nothing answers. Try an e-mail, a name or an order number.", hint: "↑ ↓ to choose, Enter to go, Esc to close",
    kinds: { do: "Do", page: "Pages", contact: "Contacts", segment: "Segments", journey: "Journeys", template: "Content" },
    newSegment: "Make a segment", newImport: "Import a file", addContact: "Add a contact", connect: "Connect the shop", sends: "Sends", orders: "Orders", outbox: "Outbox",
    settings: { workspace: "Settings: workspace", members: "Settings: members", keys: "Settings: keys", providers: "Settings: providers", topics: "Settings: topics", fields: "Settings: computed fields", exclusions: "Settings: exclusions", audit: "Settings: audit log", profile: "Settings: my profile" },
    help: "Keyboard", keys: { bar: "Go anywhere", help: "This list", move: "Move in a list, in a tree of conditions or on the canvas", undo: "Undo, redo in an editor", close: "Close what is open" }, reference: "API reference",
  },
  fr: {
    title: "Aller partout", ask: "Un contact, un numéro de commande, une page, une action", nothing: "Rien ne répond. Essayez un e-mail, un nom ou un numéro de commande.", hint: "↑ ↓ pour choisir, Entrée pour aller, Échap pour fermer",
    kinds: { do: "Faire", page: "Pages", contact: "Contacts", segment: "Segments", journey: "Scénarios", template: "Contenus" },
    newSegment: "Créer un segment", newImport: "Importer un fichier", addContact: "Ajouter un contact", connect: "Relier la boutique", sends: "Envois", orders: "Commandes", outbox: "Boîte d’essai",
    settings: { workspace: "Réglages : espace", members: "Réglages : membres", keys: "Réglages : clés", providers: "Réglages : prestataires", topics: "Réglages : thèmes", fields: "Réglages : champs calculés", exclusions: "Réglages : exclusions", audit: "Réglages : journal", profile: "Réglages : mon profil" },
    help: "Clavier", keys: { bar: "Aller partout", help: "Cette liste", move: "Se déplacer dans une liste, un arbre de conditions ou le tracé d’un scénario", undo: "Annuler, rétablir dans un éditeur", close: "Fermer ce qui est ouvert" }, reference: "Référence de l’API",
  },
});

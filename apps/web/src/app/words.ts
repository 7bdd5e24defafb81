import { defineWords } from "../i18n/words.ts";

export const shellWords = defineWords({
  en: {
    close: "Close", search: "Search", home: "Home", know: "Know", contacts: "Contacts", segments: "Segments", readiness: "Readiness", value: "Customers’ value", catalog: "Catalogue", act: "Act", journeys: "Journeys", content: "Content", messages: "Messages", forms: "Forms", imports: "Imports", exports: "Exports", sources: "Sources", outbox: "Outbox", settings: "Settings", more: "More",
    navigation: "Main navigation", workspace: "Workspace", switchFrom: (name: string) => `${name}, workspace`, newWorkspace: "New workspace", name: "Name", create: "Create workspace", cancel: "Cancel",
    newWorkspaceHelp: "A workspace has its own contacts, journeys and keys. You will administer it.",
    doorOutbox: "Outbox only", doorOutboxText: "Nothing leaves: messages are kept to be read.",
    doorOpen: "Sending open", doorOpenText: (name: string) => `Messages leave through ${name}.`,
    doorStopped: "Sending stopped", doorStoppedText: "Messages wait until someone resumes.", doorUnknown: "Outside door",
    language: "Language", french: "Français", english: "English", theme: "Theme", light: "Light", dark: "Dark", auto: "Auto", profile: "My profile", signOut: "Sign out",
    missing: "This page does not exist.", missingText: "The address may have been cut, or the object was removed.", toHome: "Go to Home",
    failed: "This page could not be shown.", again: "Try again",
    demoMark: "Demo", demo: "This is the demo shop.", demoText: "Its people and orders are invented; everything works, nothing leaves.", demoOwn: "Go to my shop", demoRemove: "Remove the demo", demoAsk: "Remove the demo shop?", demoAskText: "Its contacts, journeys, messages and history go for good, for every member. Your own workspaces stay as they are.",
    noWorkspace: "You belong to no workspace yet.", noWorkspaceText: "Create one, or ask an administrator for an invitation link.",
  },
  fr: {
    close: "Fermer", search: "Rechercher", home: "Accueil", know: "Connaître", contacts: "Contacts", segments: "Segments", readiness: "Préparation", value: "Valeur des clients", catalog: "Catalogue", act: "Agir", journeys: "Scénarios", content: "Contenus", messages: "Messages", forms: "Formulaires", imports: "Imports", exports: "Exports", sources: "Sources", outbox: "Boîte d’essai", settings: "Réglages", more: "Plus",
    navigation: "Navigation principale", workspace: "Espace", switchFrom: (name: string) => `${name}, espace`, newWorkspace: "Nouvel espace", name: "Nom", create: "Créer l’espace", cancel: "Annuler",
    newWorkspaceHelp: "Un espace a ses propres contacts, scénarios et clés. Vous en serez l’administrateur.",
    doorOutbox: "Boîte d’essai", doorOutboxText: "Rien ne sort : les messages sont gardés pour être lus.",
    doorOpen: "Envois ouverts", doorOpenText: (name: string) => `Les messages partent par ${name}.`,
    doorStopped: "Envois arrêtés", doorStoppedText: "Les messages attendent qu’on les relance.", doorUnknown: "Porte de sortie",
    language: "Langue", french: "Français", english: "English", theme: "Thème", light: "Clair", dark: "Sombre", auto: "Auto", profile: "Mon profil", signOut: "Se déconnecter",
    missing: "Cette page n’existe pas.", missingText: "L’adresse a pu être coupée, ou l’élément retiré.", toHome: "Aller à l’accueil",
    failed: "Cette page n’a pas pu s’afficher.", again: "Réessayer",
    demoMark: "Démo", demo: "Voici la boutique de démonstration.", demoText: "Ses clients et ses commandes sont inventés ; tout fonctionne, rien ne sort.", demoOwn: "Aller à ma boutique", demoRemove: "Retirer la démonstration", demoAsk: "Retirer la boutique de démonstration ?", demoAskText: "Ses contacts, scénarios, messages et son historique disparaissent pour de bon, pour tous ses membres. Vos propres espaces restent tels quels.",
    noWorkspace: "Vous n’appartenez encore à aucun espace.", noWorkspaceText: "Créez-en un, ou demandez un lien d’invitation à un administrateur.",
  },
});

import { defineWords } from "../../i18n/words.ts";

export const firstStepWords = defineWords({
  en: {
    title: "First steps", progress: (done: string, all: string) => `${done} of ${all} done`, done: "Done",
    titles: { source: "Connect a source or import a file", contacts: "Meet your contacts", segment: "Build a segment", template: "Write a message", journey: "Draw a journey", sender: "Say who writes", door: "Choose how mail leaves" },
    before: {
      source: "A CSV file brings your customers and their past; your website, once connected, sends visits, carts and orders.",
      contacts: "Each has a profile and one time line. They come with the first file or the first event.",
      segment: "A rule in plain words, such as “ordered, but not for 90 days”. Its members are exact at every moment.",
      template: "Start from a design, in French and English, and see it as a contact will.",
      journey: "What starts it, what is sent, how long one waits. Nothing runs before you publish.",
      sender: "A name, an address, and the postal address the law asks for in marketing mail.",
      door: "Until then the outbox keeps every message to be read: nothing leaves.",
    },
    half: {
      source: "The way is open, and nobody came in yet: the first event or the end of the import settles this step.", contacts: "", segment: "", template: "",
      journey: "A draft waits to be published.", sender: "Mail needs both an address that writes and a postal address.", door: "A mail server is known, and not in use yet: activate it when you are ready.",
    },
    after: {
      source: "Your data comes in.", contacts: "", segment: "Someone who fits enters it by themselves.", template: "It can be sent as a test to members of the team.",
      journey: "It answers what people do.", sender: "Your messages say who writes.", door: "Messages leave through your mail server.",
    },
    contactsThere: (n: number, shown: string) => (n === 1 ? "1 contact is here, with a profile and one time line." : `${shown} contacts are here, each with a profile and one time line.`),
    go: { source: "Connect your website", contacts: "See contacts", segment: "Build a segment", template: "Choose a design", journey: "Draw a journey", sender: "Fill in the sender", door: "Add a mail server" },
    toImport: "Import a file", demo: "Rather see a shop that is alive first?", toDemo: "Visit the demo shop", finished: "All steps are done: Relance is yours.", hide: "Hide these steps",
  },
  fr: {
    title: "Premiers pas", progress: (done: string, all: string) => `${done} sur ${all} faits`, done: "Fait",
    titles: { source: "Relier une source ou importer un fichier", contacts: "Faire connaissance avec vos contacts", segment: "Composer un segment", template: "Écrire un message", journey: "Dessiner un scénario", sender: "Dire qui écrit", door: "Choisir par où partent les messages" },
    before: {
      source: "Un fichier CSV fait venir vos clients et leur passé ; votre site, une fois branché, envoie visites, paniers et commandes.",
      contacts: "Chacun a son profil et son histoire. Ils arrivent avec le premier fichier ou le premier événement.",
      segment: "Une règle en mots simples, comme « a commandé, mais pas depuis 90 jours ». Ses membres sont exacts à tout instant.",
      template: "Partez d’une maquette, en français et en anglais, et voyez-la comme la verra un contact.",
      journey: "Ce qui le lance, ce qui part, combien de temps on attend. Rien ne tourne avant que vous publiiez.",
      sender: "Un nom, une adresse, et l’adresse postale que la loi demande dans les messages commerciaux.",
      door: "D’ici là, la boîte d’essai garde chaque message pour qu’on le lise : rien ne sort.",
    },
    half: {
      source: "La voie est ouverte, mais personne n’est encore arrivé : le premier événement ou la fin de l’import règle cette étape.", contacts: "", segment: "", template: "",
      journey: "Un brouillon attend d’être publié.", sender: "Il faut à la fois une adresse qui écrit et une adresse postale.", door: "Un serveur d’envoi est connu, mais pas encore utilisé : activez-le quand vous serez prêt.",
    },
    after: {
      source: "Vos données arrivent.", contacts: "", segment: "Qui répond à la règle y entre de soi-même.", template: "Il peut partir en test vers les membres de l’équipe.",
      journey: "Il répond à ce que font les gens.", sender: "Vos messages disent qui écrit.", door: "Les messages partent par votre serveur d’envoi.",
    },
    contactsThere: (n: number, shown: string) => (n === 1 ? "1 contact est là, avec son profil et son histoire." : `${shown} contacts sont là, chacun avec son profil et son histoire.`),
    go: { source: "Brancher votre site", contacts: "Voir les contacts", segment: "Composer un segment", template: "Choisir une maquette", journey: "Dessiner un scénario", sender: "Remplir l’expéditeur", door: "Ajouter un serveur d’envoi" },
    toImport: "Importer un fichier", demo: "Envie de voir d’abord une boutique qui vit ?", toDemo: "Visiter la démonstration", finished: "Toutes les étapes sont faites : Relance est à vous.", hide: "Ne plus montrer ces étapes",
  },
});

import { defineWords } from "../../i18n/words.ts";

export const webhookWords = defineWords({
  en: {
    none: "Journeys can tell your other systems.", noneText: "Give the address of yours that should hear of a contact: a till, a support desk, a data warehouse. A journey’s step then calls it with a body that you write, signed so that it knows who calls.",
    inUse: "In use", notUsed: "Calls stay in the outbox", use: "Put in use", stop: "Take out of use", test: "Call it with a test", remove: "Remove", renew: "New secret",
    tested: (status: string) => `It answered ${status}.`, refused: (status: string) => `It answered ${status}: a call is done when the answer is 200 to 299.`, silent: (answer: string) => `No answer: ${answer}`,
    once: "The signing secret. It is shown this once: keep it where your server checks signatures.", done: "I have copied it",
    add: "Add a webhook", name: "Name", url: "Address", urlHelp: "https. It is called with POST; the answer must come within ten seconds.", create: "Add", inside: "The address must be https and on the public internet. Whoever runs the server can allow one inside the network.",
  },
  fr: {
    none: "Les scénarios peuvent prévenir vos autres outils.", noneText: "Donnez l’adresse, chez vous, qui doit entendre parler d’un contact : une caisse, un service d’assistance, un entrepôt de données. Une étape du scénario l’appelle avec un corps que vous écrivez, signé pour qu’elle sache qui appelle.",
    inUse: "En service", notUsed: "Les appels restent dans la boîte d’essai", use: "Mettre en service", stop: "Retirer du service", test: "L’appeler pour essayer", remove: "Retirer", renew: "Nouveau secret",
    tested: (status) => `L’adresse a répondu ${status}.`, refused: (status) => `L’adresse a répondu ${status} : un appel est fait quand la réponse va de 200 à 299.`, silent: (answer) => `Pas de réponse : ${answer}`,
    once: "Le secret de signature. Il ne s’affiche qu’une fois : gardez-le là où votre serveur vérifie les signatures.", done: "Je l’ai copié",
    add: "Ajouter un webhook", name: "Nom", url: "Adresse", urlHelp: "En https. Elle est appelée par POST et doit répondre en dix secondes.", create: "Ajouter", inside: "L’adresse doit être en https et sur l’internet public. Qui tient le serveur peut en autoriser une interne au réseau.",
  },
});

import { defineWords } from "../../i18n/words.ts";

export const textingWords = defineWords({
  en: {
    title: "Text messages", inbound: "Give Twilio this address for messages that come in:", add: "Add a Twilio account", name: "Name", sid: "Account SID", token: "Auth token", tokenHelp: "Kept encrypted; shown to nobody again.", answers: "Who answers STOP, START and HELP", answersHelp: "The wish is kept either way.", byTwilio: "Twilio", byUs: "Relance", save: "Add",
    senders: "Who texts, by country", sendersHelp: "One country a line: FR = SHOP, 36111. After the comma, the number a STOP goes to, when it is not the sender’s own. * is every other country. A sender is a number (+33756…), a short code, or a name of at most 11 letters and digits.", price: "Price of one segment", priceHelp: "In your currency; the editor of texts says what one reader costs.", saved: "Saved", keep: "Save", wrong: (line: string) => `This line cannot be read: ${line}`,
  },
  fr: {
    title: "SMS", inbound: "Donnez à Twilio cette adresse pour les messages reçus :", add: "Ajouter un compte Twilio", name: "Nom", sid: "Account SID", token: "Auth token", tokenHelp: "Gardé chiffré ; il n’est plus montré à personne.", answers: "Qui répond à STOP, START et AIDE", answersHelp: "Le souhait est gardé dans les deux cas.", byTwilio: "Twilio", byUs: "Relance", save: "Ajouter",
    senders: "Qui écrit, par pays", sendersHelp: "Un pays par ligne : FR = BOUTIQUE, 36111. Après la virgule, le numéro qui reçoit le STOP, quand ce n’est pas celui de l’expéditeur. * vaut pour tous les autres pays. Un expéditeur est un numéro (+33756…), un numéro court, ou un nom de 11 lettres et chiffres au plus.", price: "Prix d’un segment", priceHelp: "Dans votre monnaie ; l’éditeur de SMS dit ce que coûte un lecteur.", saved: "Enregistré", keep: "Enregistrer", wrong: (line: string) => `Cette ligne ne se lit pas : ${line}`,
  },
});

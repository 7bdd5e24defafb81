import { defineWords } from "../../i18n/words.ts";

export const signInWords = defineWords({
  en: {
    hello: "Hello.", lead: "Sign in to your Relance.", email: "E-mail", password: "Password", enter: "Continue",
    welcome: "Welcome.", setupLead: "This link works once. Choose how you will sign in; if you already have an account here, use its e-mail and password.", name: "Your name", passwordHelp: "At least 12 characters.", join: "Create my access",
    noToken: "This link is incomplete.", noTokenText: "Open the whole link you were given. It ends with ?token=…",
    say: "You will know [[what left]], why, and whether the count is right.",
    plannedTitle: "Planned", planned: "every message is announced before it leaves", decidedTitle: "Decided", decided: "checks in a written order", explainedTitle: "Explained", explained: "one click leads to the why", countedTitle: "Counted", counted: "every total is the sum of its lines",
  },
  fr: {
    hello: "Bonjour.", lead: "Entrez dans votre Relance.", email: "E-mail", password: "Mot de passe", enter: "Continuer",
    welcome: "Bienvenue.", setupLead: "Ce lien sert une seule fois. Choisissez comment vous entrerez ; si vous avez déjà un compte ici, donnez son e-mail et son mot de passe.", name: "Votre nom", passwordHelp: "Au moins 12 caractères.", join: "Créer mon accès",
    noToken: "Ce lien est incomplet.", noTokenText: "Ouvrez le lien entier qui vous a été donné. Il finit par ?token=…",
    say: "Vous saurez [[ce qui est parti]], pourquoi, et si le compte est bon.",
    plannedTitle: "Prévus", planned: "chaque message est annoncé avant de partir", decidedTitle: "Décidés", decided: "des contrôles dans un ordre écrit", explainedTitle: "Expliqués", explained: "un clic mène au pourquoi", countedTitle: "Comptés", counted: "chaque total est la somme de ses lignes",
  },
});

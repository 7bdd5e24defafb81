import { ApiError } from "@relance/contract/client";
import { describeFailure } from "@relance/model/failures";
import { useLanguage } from "../i18n/language.tsx";
import { defineWords, useWords } from "../i18n/words.ts";

const words = defineWords({
  en: {
    unreachable: "The server does not answer. What you typed is still here; try again in a moment.",
    refused: "This e-mail and password do not go together.",
    forbidden: "Your role does not allow this. Ask an administrator of the workspace.",
    absent: "This no longer exists, or is not in this workspace.",
    conflict: "Someone changed this meanwhile. Reload the page to see the new state.",
    tooMany: "Too many tries. Wait a minute.",
    broken: (reference: string) => `The server could not do it. Nothing was lost. Reference ${reference}`,
    field: (field: string, message: string) => `${field}: ${message}`,
    spent: "This link is used up or too old. Ask for a new one.",
    usedHere: "Something still uses this.",
  },
  fr: {
    unreachable: "Le serveur ne répond pas. Votre saisie est gardée ; réessayez dans un instant.",
    refused: "Cet e-mail et ce mot de passe ne vont pas ensemble.",
    forbidden: "Votre rôle ne le permet pas. Demandez à un administrateur de l’espace.",
    absent: "Cet élément n’existe plus, ou n’est pas dans cet espace.",
    conflict: "Quelqu’un l’a modifié entre-temps. Rechargez la page pour voir le nouvel état.",
    tooMany: "Trop d’essais. Patientez une minute.",
    broken: (reference: string) => `Le serveur n’a pas pu le faire. Rien n’est perdu. Référence ${reference}`,
    field: (field: string, message: string) => `${field} : ${message}`,
    spent: "Ce lien a déjà servi ou a expiré. Demandez-en un nouveau.",
    usedHere: "Un autre élément s’en sert encore.",
  },
});

/** Words a refusal for the reader; the server's own sentence when we have none better. */
export function useRefusal(): (error: unknown) => string {
  const say = useWords(words);
  const { language } = useLanguage();
  return (error) => {
    if (!(error instanceof ApiError)) return say.broken("web");
    if (error.status === 0) return say.unreachable;
    const known = error.code.startsWith("import.") ? describeFailure(error, language) : null;
    if (known !== null) return known;
    if (error.code.startsWith("invitation.")) return say.spent;
    if (error.status === 401) return say.refused;
    if (error.status === 403) return say.forbidden;
    if (error.status === 404) return say.absent;
    if (error.status === 409) return error.code.endsWith("in_use") ? say.usedHere : say.conflict;
    if (error.status === 429) return say.tooMany;
    if (error.status >= 500) return say.broken(error.requestId ?? String(error.status));
    const first = error.problems[0];
    return first ? say.field(first.field, first.message) : error.message;
  };
}

import { pair, say, type Language, type Sentence } from "./sentences.ts";

/** What can be wrong with a row of a file, in both languages. Where it is wrong is said beside it, by the name of the column. */
const PROBLEMS = {
  required: pair(
    () => "A value is needed and there is none.",
    () => "Une valeur est nécessaire et il n’y en a pas.",
  ),
  no_price: pair(
    () => "The line has neither a unit price nor a total.",
    () => "La ligne n’a ni prix unitaire ni total.",
  ),
  nobody: pair(
    () => "The event names no contact.",
    () => "L’événement ne désigne aucun contact.",
  ),
  not_a_number: pair(
    ({ value }) => `"${value}" is not a number.`,
    ({ value }) => `« ${value} » n’est pas un nombre.`,
  ),
  not_a_price: pair(
    ({ value }) => `"${value}" is not a price.`,
    ({ value }) => `« ${value} » n’est pas un prix.`,
  ),
  too_large: pair(
    ({ value }) => `${value} is too large; is the decimal sign right?`,
    ({ value }) => `${value} est trop grand ; le signe décimal est-il le bon ?`,
  ),
  not_a_date: pair(
    ({ value }) => `"${value}" is not a date.`,
    ({ value }) => `« ${value} » n’est pas une date.`,
  ),
  not_a_moment: pair(
    ({ value }) => `"${value}" is not a date and time.`,
    ({ value }) => `« ${value} » n’est pas une date.`,
  ),
  sale_backwards: pair(
    () => "The sale ends before it begins.",
    () => "Les soldes finissent avant de commencer.",
  ),
  too_early: pair(
    ({ value, year }) => `"${value}" lies before ${year}.`,
    ({ value, year }) => `« ${value} » est antérieur à ${year}.`,
  ),
  not_a_url: pair(
    ({ value }) => `"${value}" is not a web address.`,
    ({ value }) => `« ${value} » n’est pas une adresse web.`,
  ),
  too_long: pair(
    (_p, n) => `The value has ${n("n")} characters; ${n("most")} is the most.`,
    (_p, n) => `La valeur compte ${n("n")} caractères ; le maximum est de ${n("most")}.`,
  ),
  unreadable_letters: pair(
    () => "The value holds bytes that are no letters in the encoding of the file; save it as UTF-8.",
    () => "La valeur contient des octets qui ne sont pas des lettres dans l’encodage du fichier ; enregistrez-le en UTF-8.",
  ),
  wrong_columns: pair(
    (_p, n) => `The row has ${n("n")} cells; the header has ${n("most")}.`,
    (_p, n) => `La ligne a ${n("n")} cellules ; l’en-tête en a ${n("most")}.`,
  ),
  no_order: pair(
    ({ value }) => `No table holds the order "${value}" with its date.`,
    ({ value }) => `Aucun tableau ne contient la commande « ${value} » avec sa date.`,
  ),
  nobodys_cart: pair(
    () => "The cart names no contact.",
    () => "Le panier ne désigne aucun contact.",
  ),
  not_a_cart_state: pair(
    ({ value }) => `"${value}" is no state of a cart: open, checkout, ordered or emptied.`,
    ({ value }) => `« ${value} » n’est pas l’état d’un panier : ouvert, au paiement, commandé ou vidé.`,
  ),
  no_cart: pair(
    ({ value }) => `No table holds the cart "${value}" with its contact and date.`,
    ({ value }) => `Aucun tableau ne contient le panier « ${value} » avec son contact et sa date.`,
  ),
  no_refund: pair(
    () => "The refund has neither an amount nor a product with its quantity.",
    () => "Le remboursement n’a ni montant ni produit avec sa quantité.",
  ),
  unknown_order: pair(
    ({ value }) => `The order "${value}" is in no table of this import and not known yet: bring it first, or together with its refunds.`,
    ({ value }) =>
      `La commande « ${value} » n’est dans aucun tableau de cet import et n’est pas encore connue : apportez-la d’abord, ou avec ses remboursements.`,
  ),
  not_in_order: pair(
    ({ value, order }) => `The order "${order}" sold no "${value}", so what it came to is not known: give the amount.`,
    ({ value, order }) => `La commande « ${order} » ne contient pas « ${value} » : le montant n’est pas connu, indiquez-le.`,
  ),
  other_currency: pair(
    ({ value, currency }) => `The refund is in ${value}, its order in ${currency}.`,
    ({ value, currency }) => `Le remboursement est en ${value}, sa commande en ${currency}.`,
  ),
  no_product: pair(
    ({ value }) => `No row gives the product "${value}" a name.`,
    ({ value }) => `Aucune ligne ne donne de nom au produit « ${value} ».`,
  ),
} as const satisfies Readonly<Record<string, Sentence>>;

/** Why a row cannot be used, as finely as its sentence tells, and what the sentence speaks of. */
export type RowReason = { readonly why: keyof typeof PROBLEMS } & Readonly<Record<string, string | number>>;

/** Every reason there is. */
export const ROW_REASONS = Object.keys(PROBLEMS) as readonly RowReason["why"][];

/** The sentence of a row's problem; null for one that an earlier release kept, of which only its English message is there. */
export function sayRowProblem(given: Readonly<Record<string, unknown>> | null, language: Language): string | null {
  const why = String(given?.["why"]);
  if (given === null || !Object.hasOwn(PROBLEMS, why)) return null;
  return say(PROBLEMS[why as RowReason["why"]], given, language);
}

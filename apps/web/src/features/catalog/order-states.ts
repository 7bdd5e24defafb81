import { defineWords, useWords } from "../../i18n/words.ts";

/** The states that shops name; one of a shop's own is shown as it came. */
const words = defineWords({
  en: {
    completed: "Completed",
    complete: "Completed",
    closed: "Closed",
    new: "New",
    updated: "Changed",
    pending: "Waiting for payment",
    awaiting_payment: "Waiting for payment",
    pending_payment: "Waiting for payment",
    authorized: "Payment authorised",
    payment_review: "Payment looked into",
    partially_paid: "Paid in part",
    paid: "Paid",
    processing: "Being prepared",
    "on-hold": "On hold",
    holded: "On hold",
    on_backorder: "On back order",
    fulfilled: "Shipped",
    shipped: "Shipped",
    delivered: "Delivered",
    cancelled: "Cancelled",
    voided: "Cancelled",
    refunded: "Refunded",
    partially_refunded: "Refunded in part",
    payment_error: "Payment failed",
    failed: "Payment failed",
  },
  fr: {
    completed: "Terminée",
    complete: "Terminée",
    closed: "Close",
    new: "Nouvelle",
    updated: "Modifiée",
    pending: "En attente de paiement",
    awaiting_payment: "En attente de paiement",
    pending_payment: "En attente de paiement",
    authorized: "Paiement autorisé",
    payment_review: "Paiement en examen",
    partially_paid: "Payée en partie",
    paid: "Payée",
    processing: "En préparation",
    "on-hold": "En attente",
    holded: "En attente",
    on_backorder: "En réapprovisionnement",
    fulfilled: "Expédiée",
    shipped: "Expédiée",
    delivered: "Livrée",
    cancelled: "Annulée",
    voided: "Annulée",
    refunded: "Remboursée",
    partially_refunded: "Remboursée en partie",
    payment_error: "Paiement refusé",
    failed: "Paiement refusé",
  },
});

/** The state of an order in the reader's words. */
export function useOrderState(): (status: string) => string {
  const say = useWords(words);
  return (status) => (say as Readonly<Record<string, string>>)[status] ?? status;
}

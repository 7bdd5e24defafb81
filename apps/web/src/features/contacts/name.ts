import type { ContactRow } from "@relance/contract/contacts";

/** How a contact is called: by name, else by address, else by number or id; "" when nothing is known. */
export function nameOf(contact: Pick<ContactRow, "firstName" | "lastName" | "email" | "phone" | "externalId">): string {
  const name = [contact.firstName, contact.lastName].filter((part) => part !== null && part !== "").join(" ");
  return name || contact.email || contact.phone || contact.externalId || "";
}

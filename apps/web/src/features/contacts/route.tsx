export function ContactsPage() { return null; }
export function NoContact() { return null; }
export function ContactPage() { return null; }

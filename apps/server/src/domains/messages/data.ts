import type { WorkspaceSettings } from "@relance/contract/team";
import type { Compiled } from "./compiled.ts";
import type { Contact } from "../contacts/index.ts";

/** Names a message may use beside what its journey gives it, and what they hold when nothing is given. */
export const VARIABLES = [
  { path: "contact.first_name", names: { fr: "Prénom", en: "First name" }, sample: "Camille" },
  { path: "contact.last_name", names: { fr: "Nom", en: "Last name" }, sample: "Moreau" },
  { path: "contact.email", names: { fr: "E-mail", en: "E-mail" }, sample: "camille.moreau@example.com" },
  { path: "contact.city", names: { fr: "Ville", en: "City" }, sample: "Nantes" },
  { path: "contact.country", names: { fr: "Pays", en: "Country" }, sample: "FR" },
  { path: "contact.birth_date", names: { fr: "Date de naissance", en: "Birth date" }, sample: "1988-05-14" },
  { path: "event.name", names: { fr: "Nom de l’événement", en: "Event name" }, sample: "Checkout Started" },
  { path: "event.at", names: { fr: "Moment de l’événement", en: "Moment of the event" }, sample: "2026-11-24T09:30:00Z" },
  { path: "event.product_name", names: { fr: "Produit de l’événement", en: "Product of the event" }, sample: "Théière en fonte" },
  { path: "event.price", names: { fr: "Prix de ce produit", en: "Price of that product" }, sample: 39 },
  { path: "event.was", names: { fr: "Prix avant la baisse", en: "Price before it fell" }, sample: 49 },
  { path: "event.currency", names: { fr: "Devise de l’événement", en: "Currency of the event" }, sample: "EUR" },
  {
    path: "event.products",
    names: { fr: "Produits de l’événement", en: "Products of the event" },
    sample: [
      { name: "Théière en fonte", quantity: 1, price: 39 },
      { name: "Thé vert sencha", quantity: 2, price: 12 },
    ],
  },
  {
    path: "cart.items",
    names: { fr: "Articles du panier", en: "Cart items" },
    sample: [
      { title: "Écharpe en laine", quantity: 1, price: 49, url: "https://shop.example/echarpe", image: "" },
      { title: "Gants en cuir", quantity: 2, price: 35, url: "https://shop.example/gants", image: "" },
    ],
  },
  { path: "cart.total", names: { fr: "Total du panier", en: "Cart total" }, sample: 119 },
  { path: "cart.currency", names: { fr: "Devise du panier", en: "Cart currency" }, sample: "EUR" },
  { path: "cart.url", names: { fr: "Adresse du panier", en: "Cart address" }, sample: "https://shop.example/cart" },
  { path: "order.id", names: { fr: "Numéro de commande", en: "Order number" }, sample: "2026-1042" },
  { path: "order.total", names: { fr: "Total de la commande", en: "Order total" }, sample: 119 },
  {
    path: "articles",
    names: { fr: "Trois articles les plus lus", en: "Three most-read articles" },
    sample: [
      {
        title: "Choisir sa théière",
        summary: "Fonte, grès ou verre\u00a0: ce que chacune fait au thé.",
        url: "https://shop.example/journal/theiere",
      },
      { title: "L’eau du thé", summary: "La bonne température, sans thermomètre.", url: "https://shop.example/journal/eau" },
      { title: "Trois infusions d’hiver", summary: "À préparer le soir, sans théine.", url: "https://shop.example/journal/hiver" },
    ],
  },
  { path: "coupon.code", names: { fr: "Code promotionnel", en: "Coupon code" }, sample: "MERCI10" },
  { path: "store.name", names: { fr: "Boutique", en: "Store" }, sample: null },
  { path: "store.url", names: { fr: "Site de la boutique", en: "Store website" }, sample: null },
  { path: "workspace.name", names: { fr: "Expéditeur", en: "Sender" }, sample: null },
  { path: "workspace.postal_address", names: { fr: "Adresse postale", en: "Postal address" }, sample: null },
  { path: "unsubscribe_url", names: { fr: "Lien de désinscription", en: "Unsubscribe link" }, sample: null },
  { path: "confirm_url", names: { fr: "Lien de confirmation (formulaires)", en: "Confirmation link (forms)" }, sample: null },
  { path: "renew_url", names: { fr: "Lien pour renouveler l’accord", en: "Link to renew the consent" }, sample: null },
  { path: "view_url", names: { fr: "Voir dans le navigateur", en: "View in browser" }, sample: null },
] as const;

export interface MessageWorkspace {
  readonly name: string;
  readonly settings: WorkspaceSettings;
  readonly currency: string;
  readonly time_zone: string;
}

/** Everything a template may name for one contact: what the journey gave, and over it what nobody may pretend. */
export function templateData(input: {
  readonly contact: Contact | null;
  readonly workspace: MessageWorkspace;
  readonly data: Readonly<Record<string, unknown>>;
  readonly objects?: readonly OwnedObject[] | undefined;
}): Record<string, unknown> {
  const { contact, workspace, data, objects } = input;
  const { sender, website } = workspace.settings;
  const name = sender.name || workspace.name;
  return {
    store: { name, url: website },
    ...data,
    ...(contact && { contact: { ...contact.attributes, ...contact.columns, id: contact.id, objects: byType(objects ?? []) } }),
    workspace: { name, postal_address: sender.postalAddress, website, reply_to: sender.replyTo || sender.email },
  };
}

/** An object of a contact, as far as a template shows it. */
export interface OwnedObject {
  readonly type: string;
  readonly external_id: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Objects by the key of their type, so that `contact.objects.subscription` is a list. */
const byType = (objects: readonly OwnedObject[]): Record<string, unknown[]> =>
  Object.fromEntries(
    [...Map.groupBy(objects, (one) => one.type)].map(([type, list]) => [type, list.map((one) => ({ ...one.fields, id: one.external_id }))]),
  );

/** Whether a template shows objects; only then are they read. */
export const showsObjects = (compiled: Compiled): boolean => shows(compiled, /contact\.objects/);
/** Whether a template shows articles; only then are they chosen. */
export const showsArticles = (compiled: Compiled): boolean => shows(compiled, /\{[{%][^}]*\barticles\b/);
const shows = (compiled: Compiled, what: RegExp): boolean =>
  Object.values(compiled.variants).some((variant) =>
    [variant.subject, variant.preheader, variant.html, variant.text].some((part) => what.test(part)),
  );

/** Hosts that links made from data may lead to. @param datas of the messages, whose articles stand where they stand */
export function linkHosts(
  { settings }: Pick<MessageWorkspace, "settings">,
  datas: readonly Readonly<Record<string, unknown>>[] = [],
): string[] {
  const own = settings.website !== "" && URL.canParse(settings.website) ? [new URL(settings.website).hostname] : [];
  return [...new Set([...own, ...settings.linkHosts, ...datas.flatMap(articleHosts)])];
}

// Content items are the workspace's own words about where they are: we chose them, no event did.
function articleHosts({ articles }: Readonly<Record<string, unknown>>): string[] {
  return Array.isArray(articles)
    ? articles.flatMap(({ url }: { url?: unknown }) => (typeof url === "string" && URL.canParse(url) ? [new URL(url).hostname] : []))
    : [];
}

/** Values for a preview without a contact or an event. */
export function sampleData(): Record<string, unknown> {
  const sample: Record<string, Record<string, unknown>> = {};
  const whole: Record<string, unknown> = {};
  for (const { path, sample: value } of VARIABLES) {
    const [root, leaf] = path.split(".");
    if (value === null) continue;
    if (leaf === undefined) whole[root!] = value;
    else (sample[root!] ??= {})[leaf] = value;
  }
  return { ...sample, ...whole };
}

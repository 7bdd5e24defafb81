import { defineWords } from "../../i18n/words.ts";

export const exportWords = defineWords({
  en: {
    title: "Exports", imports: "Imports", note: "Everything you hold, as files you keep",
    what: "What to export", format: "File", only: "Only members of", everyone: "Everyone", make: (n: number) => (n === 1 ? "Export 1 table" : `Export ${n} tables`), all: "Everything", nothing: "Nothing",
    kinds: {
      contacts: "Contacts", events: "Events", orders: "Orders", order_lines: "Order lines", refunds: "Refunds", carts: "Carts", products: "Products", variants: "Variants", prices: "Prices", stock: "Stock", segment_members: "Members of segments", group_members: "Members of groups",
      consents: "Consents", sends: "Sends", engagements: "Opens and clicks", coupons: "Coupons given",
    },
    formats: { csv: "CSV, for spreadsheets", ndjson: "NDJSON, for programs", parquet: "Parquet, for analysis" }, short: { csv: "CSV", ndjson: "NDJSON", parquet: "Parquet" },
    notKept: "Products, variants, prices and stock belong to no contact: untick them, or export for everyone.",
    safe: "In CSV, texts that a spreadsheet would run as a formula get an apostrophe. Files are deleted after seven days; every export is written to the log.",
    none: "No export yet.", noneText: "Choose tables above: each becomes a file, made in the background. What was exported can be imported again.",
    table: "Table", state: "State", rows: "Rows", size: "Size", units: "kB MB GB", by: "By", at: "Asked", until: (day: string) => `until ${day}`,
    states: { waiting: "Waiting", running: "Being made", done: "Ready", failed: "Failed", cancelled: "Stopped", expired: "Deleted" },
    download: "Download", stop: "Stop", remove: "Delete", rate: (rows: string) => `${rows} rows a second`, left: (seconds: string) => `about ${seconds} s left`, more: "Show more", done: (percent: string) => `${percent} % done`,
  },
  fr: {
    title: "Exports", imports: "Imports", note: "Tout ce que vous détenez, en fichiers à garder",
    what: "Que faut-il exporter ?", format: "Fichier", only: "Seulement les membres de", everyone: "Tout le monde", make: (n: number) => (n === 1 ? "Exporter 1 table" : `Exporter ${n} tables`), all: "Tout", nothing: "Rien",
    kinds: {
      contacts: "Contacts", events: "Événements", orders: "Commandes", order_lines: "Lignes de commande", refunds: "Remboursements", carts: "Paniers", products: "Produits", variants: "Variantes", prices: "Prix", stock: "Stocks", segment_members: "Membres des segments", group_members: "Membres des groupes",
      consents: "Consentements", sends: "Envois", engagements: "Ouvertures et clics", coupons: "Codes promo donnés",
    },
    formats: { csv: "CSV, pour un tableur", ndjson: "NDJSON, pour un programme", parquet: "Parquet, pour l’analyse" }, short: { csv: "CSV", ndjson: "NDJSON", parquet: "Parquet" },
    notKept: "Produits, variantes, prix et stocks n’appartiennent à aucun contact : décochez-les, ou exportez pour tout le monde.",
    safe: "Dans un CSV, les textes qu’un tableur prendrait pour une formule reçoivent une apostrophe. Les fichiers sont supprimés après sept jours ; chaque export est inscrit au journal.",
    none: "Aucun export pour l’instant.", noneText: "Choisissez des tables ci-dessus : chacune devient un fichier, préparé en arrière-plan. Ce qui a été exporté peut être importé de nouveau.",
    table: "Table", state: "État", rows: "Lignes", size: "Taille", units: "ko Mo Go", by: "Par", at: "Demandé", until: (day: string) => `jusqu’au ${day}`,
    states: { waiting: "En attente", running: "En préparation", done: "Prêt", failed: "Échoué", cancelled: "Arrêté", expired: "Supprimé" },
    download: "Télécharger", stop: "Arrêter", remove: "Supprimer", rate: (rows: string) => `${rows} lignes par seconde`, left: (seconds: string) => `encore ${seconds} s environ`, more: "Afficher la suite", done: (percent: string) => `fait à ${percent} %`,
  },
});

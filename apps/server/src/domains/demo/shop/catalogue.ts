import type { Words } from "@relance/model/base";

/** A product of the demo shop, invented for it. Prices are in units of each store's currency. */
export interface DemoProduct {
  readonly id: string;
  readonly names: Words;
  readonly category: string;
  readonly eur: number;
  readonly cad: number;
  /** How often it is bought beside others of its category. */
  readonly weight: number;
  /** Bought again after about so many days, for what is used up. */
  readonly everyDays?: number;
  readonly colours?: readonly Words[];
}

export const CATEGORIES: Readonly<Record<string, Words>> = {
  cuisson: { fr: "Cuisson", en: "Cookware" },
  couteaux: { fr: "Couteaux et planches", en: "Knives and boards" },
  table: { fr: "Arts de la table", en: "Tableware" },
  linge: { fr: "Linge de maison", en: "Linens" },
  epicerie: { fr: "Épicerie fine", en: "Fine foods" },
  matin: { fr: "Petit déjeuner", en: "Breakfast" },
};

const COLOURS: readonly Words[] = [
  { fr: "ardoise", en: "slate" }, { fr: "crème", en: "cream" }, { fr: "rouge brique", en: "brick red" }, { fr: "vert sauge", en: "sage green" },
];

const product = (id: string, category: string, fr: string, en: string, eur: number, weight: number, more: { everyDays?: number; colours?: readonly Words[] } = {}): DemoProduct =>
  ({ id, category, names: { fr, en }, eur, cad: Math.round(eur * 1.55), weight, ...more });

export const PRODUCTS: readonly DemoProduct[] = [
  product("cocotte-24", "cuisson", "Cocotte en fonte 24 cm", "Cast iron casserole 24 cm", 129, 9, { colours: COLOURS }),
  product("cocotte-28", "cuisson", "Cocotte en fonte 28 cm", "Cast iron casserole 28 cm", 159, 6, { colours: COLOURS }),
  product("poele-26", "cuisson", "Poêle en acier 26 cm", "Carbon steel pan 26 cm", 59, 10),
  product("poele-30", "cuisson", "Poêle en acier 30 cm", "Carbon steel pan 30 cm", 69, 6),
  product("sauteuse-24", "cuisson", "Sauteuse inox 24 cm", "Stainless sauté pan 24 cm", 89, 5),
  product("casserole-trio", "cuisson", "Trio de casseroles inox", "Set of three saucepans", 149, 3),
  product("plat-four", "cuisson", "Plat à four en grès", "Stoneware baking dish", 45, 7, { colours: COLOURS.slice(0, 2) }),
  product("moule-cake", "cuisson", "Moule à cake", "Loaf tin", 22, 5),
  product("couteau-chef", "couteaux", "Couteau de chef 20 cm", "Chef’s knife 20 cm", 79, 8),
  product("couteau-office", "couteaux", "Couteau d’office 9 cm", "Paring knife 9 cm", 29, 9),
  product("couteau-pain", "couteaux", "Couteau à pain 25 cm", "Bread knife 25 cm", 49, 6),
  product("set-couteaux", "couteaux", "Coffret de trois couteaux", "Three knife set", 139, 3),
  product("planche-noyer", "couteaux", "Planche en noyer", "Walnut board", 55, 6),
  product("aiguiseur", "couteaux", "Pierre à aiguiser", "Whetstone", 35, 4),
  product("assiettes-6", "table", "Six assiettes plates", "Six dinner plates", 72, 6, { colours: COLOURS.slice(0, 2) }),
  product("bols-4", "table", "Quatre bols en grès", "Four stoneware bowls", 48, 8, { colours: COLOURS }),
  product("verres-6", "table", "Six verres soufflés", "Six blown glasses", 42, 7),
  product("carafe", "table", "Carafe en verre", "Glass carafe", 34, 5),
  product("couverts-24", "table", "Ménagère 24 pièces", "24 piece cutlery set", 119, 3),
  product("saladier", "table", "Saladier en olivier", "Olive wood salad bowl", 65, 4),
  product("nappe-lin", "linge", "Nappe en lin lavé", "Washed linen tablecloth", 89, 5, { colours: COLOURS }),
  product("serviettes-4", "linge", "Quatre serviettes en lin", "Four linen napkins", 39, 7, { colours: COLOURS }),
  product("torchons-3", "linge", "Trois torchons", "Three tea towels", 24, 10),
  product("tablier", "linge", "Tablier de cuisine", "Kitchen apron", 45, 7, { colours: COLOURS }),
  product("maniques", "linge", "Paire de maniques", "Pair of oven mitts", 19, 6),
  product("huile-olive", "epicerie", "Huile d’olive de Nyons, 50 cl", "Nyons olive oil, 50 cl", 19, 12, { everyDays: 60 }),
  product("sel-fleur", "epicerie", "Fleur de sel de Guérande", "Guérande sea salt", 9, 9, { everyDays: 90 }),
  product("moutarde", "epicerie", "Moutarde à l’ancienne", "Wholegrain mustard", 7, 8, { everyDays: 75 }),
  product("chocolat-noir", "epicerie", "Chocolat noir 70 %, 500 g", "Dark chocolate 70%, 500 g", 16, 8, { everyDays: 45 }),
  product("vinaigre-xeres", "epicerie", "Vinaigre de Xérès", "Sherry vinegar", 12, 5, { everyDays: 110 }),
  product("coffret-epicerie", "epicerie", "Coffret du cuisinier", "Cook’s gift box", 59, 4),
  product("cafe-grain", "matin", "Café en grain, 1 kg", "Coffee beans, 1 kg", 29, 12, { everyDays: 30 }),
  product("the-noir", "matin", "Thé noir de Ceylan", "Ceylon black tea", 14, 7, { everyDays: 60 }),
  product("confiture", "matin", "Trio de confitures", "Three jams", 18, 8, { everyDays: 50 }),
  product("miel", "matin", "Miel de lavande", "Lavender honey", 13, 8, { everyDays: 70 }),
  product("cafetiere", "matin", "Cafetière à piston", "French press", 39, 6),
  product("bouilloire", "matin", "Bouilloire émaillée", "Enamel kettle", 69, 4, { colours: COLOURS }),
  product("grille-pain", "matin", "Grille-pain deux fentes", "Two slice toaster", 79, 3),
];

import { defineWords } from "../../i18n/words.ts";

export const productWords = defineWords({
  en: {
    none: "No product yet.", noneText: "Import your catalogue or connect your shop: this page then says which sheets lack a title, a price, a link or a picture, store by store and language by language.", toImports: "Import products",
    sentence: (faults: string, sheets: string, products: string) => `[[${faults} faults]] on ${sheets} sheets of ${products} products.`, whole: (sheets: string, products: string) => `The ${sheets} sheets of your ${products} products are [[complete]].`,
    sheets: "Product sheets", sheetsAside: "one for each variant, store and language of the store", fault: "Fault", all: "All", more: "Show more", times: (n: number, text: string) => (n === 1 ? "one sheet" : `${text} sheets`),
    faults: { no_title: "No title", no_description: "No description", no_price: "No price", no_link: "No link", no_image: "No picture", dead_link: "Dead link", dead_image: "Dead picture", same_image: "Picture of another option", no_category: "No category" },
    why: {
      no_title: "Nothing is said in the store’s language. Messages would show the title of another language.", no_description: "Messages with a product’s text have nothing to show.", no_price: "No price is known in this store: price drops cannot start a journey there.", no_link: "Buttons have nowhere to lead.", no_image: "The product is shown without a picture.",
      dead_link: "The address answers “not found”, or has not answered three times hours apart. Looked at again every day.", dead_image: "The picture’s address answers “not found”, or has not answered three times hours apart. Looked at again every day.",
      same_image: "The variants differ by colour or material and share a picture: most of them are shown as another. Give each option its own.", no_category: "Affinities, complements and filters by category pass it over.",
    },
    categories: "Categories", categoriesAll: "Categories", without: "Products without", empty: (_n: number, text: string) => `Empty: ${text}`, untranslated: (_n: number, text: string) => `Untranslated: ${text}`, alike: "Probably the same",
  },
  fr: {
    none: "Aucun produit pour l’instant.", noneText: "Importez votre catalogue ou reliez votre boutique : cette page dira à quelles fiches manque un titre, un prix, un lien ou une image, boutique par boutique et langue par langue.", toImports: "Importer des produits",
    sentence: (faults, sheets, products) => `[[${faults} défauts]] sur ${sheets} fiches de ${products} produits.`, whole: (sheets, products) => `Les ${sheets} fiches de vos ${products} produits sont [[complètes]].`,
    sheets: "Fiches produits", sheetsAside: "une par variante, boutique et langue de la boutique", fault: "Défaut", all: "Toutes", more: "En montrer plus", times: (n, text) => (n === 1 ? "une fiche" : `${text} fiches`),
    faults: { no_title: "Sans titre", no_description: "Sans description", no_price: "Sans prix", no_link: "Sans lien", no_image: "Sans image", dead_link: "Lien mort", dead_image: "Image morte", same_image: "Image d’une autre option", no_category: "Sans catégorie" },
    why: {
      no_title: "Rien n’est dit dans la langue de la boutique. Les messages montreraient le titre d’une autre langue.", no_description: "Les messages qui citent le texte du produit n’ont rien à montrer.", no_price: "Aucun prix n’est connu dans cette boutique : une baisse de prix ne peut y lancer aucun scénario.", no_link: "Les boutons ne mènent nulle part.", no_image: "Le produit est montré sans image.",
      dead_link: "L’adresse répond « introuvable », ou n’a pas répondu trois fois à des heures d’intervalle. Revue chaque jour.", dead_image: "L’adresse de l’image répond « introuvable », ou n’a pas répondu trois fois à des heures d’intervalle. Revue chaque jour.",
      same_image: "Les variantes diffèrent par la couleur ou la matière et partagent une image : la plupart sont montrées comme une autre. Donnez la sienne à chaque option.", no_category: "Les préférences, les compléments et les filtres par catégorie l’ignorent.",
    },
    categories: "Catégories", categoriesAll: "Catégories", without: "Produits sans", empty: (_n, text) => `Vides : ${text}`, untranslated: (_n, text) => `Non traduites : ${text}`, alike: "Sans doute les mêmes",
  },
});

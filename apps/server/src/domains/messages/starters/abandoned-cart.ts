import { button, layout, paragraph, title } from "./layout.ts";
import type { Starter } from "./starter.ts";

export const abandonedCart: Starter = {
  key: "abandoned_cart",
  names: { fr: "Panier abandonné", en: "Abandoned cart" },
  descriptions: { fr: "Rappelle les articles laissés dans le panier.", en: "Shows the items left in the cart." },
  class: "marketing",
  content: {
    version: 1,
    fallback: "fr",
    variants: {
      fr: {
        subject: "Votre panier vous attend",
        preheader: "Vos articles sont toujours là, mais le stock peut changer.",
        format: "mjml",
        text: null,
        source: layout({
          language: "fr",
          title: "Votre panier vous attend",
          body: [
            title("Vous avez oublié quelque chose ?"),
            paragraph("Bonjour{% if contact.first_name %} {{ contact.first_name }}{% endif %},"),
            paragraph("Nous avons gardé votre panier de côté. Il suffit d’un clic pour reprendre où vous en étiez."),
            `<mj-text>{% for item in cart.items %}<div style="padding:12px 0;border-bottom:1px solid #dbe2df"><strong>{{ item.title | default: item.name }}</strong><br /><span style="color:#5a6d70">Quantité : {{ item.quantity | default: 1 }}{% if item.price %} · {{ item.price | money: cart.currency }}{% endif %}</span></div>{% endfor %}{% if cart.total %}<div style="padding:12px 0"><strong>Total : {{ cart.total | money: cart.currency }}</strong></div>{% endif %}</mj-text>`,
            button("{{ cart.url | default: store.url }}", "Reprendre mon panier"),
            paragraph("Un doute sur une taille, un délai, un retour ? Répondez à ce message, nous sommes là pour vous aider."),
          ].join("\n      "),
        }),
      },
      en: {
        subject: "Your cart is waiting",
        preheader: "Your items are still here, but stock may change.",
        format: "mjml",
        text: null,
        source: layout({
          language: "en",
          title: "Your cart is waiting",
          body: [
            title("Did you forget something?"),
            paragraph("Hello{% if contact.first_name %} {{ contact.first_name }}{% endif %},"),
            paragraph("We have kept your cart for you. One click takes you back to where you were."),
            `<mj-text>{% for item in cart.items %}<div style="padding:12px 0;border-bottom:1px solid #dbe2df"><strong>{{ item.title | default: item.name }}</strong><br /><span style="color:#5a6d70">Qty: {{ item.quantity | default: 1 }}{% if item.price %} · {{ item.price | money: cart.currency }}{% endif %}</span></div>{% endfor %}{% if cart.total %}<div style="padding:12px 0"><strong>Total: {{ cart.total | money: cart.currency }}</strong></div>{% endif %}</mj-text>`,
            button("{{ cart.url | default: store.url }}", "Back to my cart"),
            paragraph("Not sure about a size, a delivery date, a return? Reply to this message and we will help."),
          ].join("\n      "),
        }),
      },
    },
  },
};

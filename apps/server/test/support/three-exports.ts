/** What a shop with two sites exports: flat, dirty, in two languages. */

/** Of the French site: semicolons, Windows letters, local phones, days first, countries in words, an address mistyped. */
export const CLIENTS = Buffer.from(
  "Prénom;Nom;E-mail;Téléphone;Date de naissance;Pays\nZoé;Crème;zoe@gmial.com;06 12 34 56 78;14/05/1988;France\nLéa;Dorval;lea@exemple.fr;07 81 22 33 44;02/03/1979;France\nNoé;Roy;noe@mailinator.com;;31/12/2031;france\n",
  "latin1",
);
/** Of the Canadian one: commas, in English. */
export const CUSTOMERS =
  "First name,Last name,Email,Phone,Birthday,Country\nMia,Tremblay,mia@shop.example,+1 514 555 0123,1990-07-01,Canada\nLiam,Roy,liam@shop.example,,1985-01-20,Canada\n";
/** Orders of both, flat: customer, order and item in one row. */
export const ORDERS =
  "Order number,Order date,Email,SKU,Product name,Quantity,Unit price\nA1,2026-11-20 10:00:00,lea@exemple.fr,SC1,Écharpe,1,49.00\nA1,2026-11-20 10:00:00,lea@exemple.fr,HA1,Chapeau,2,30.00\nA2,2026-11-21 09:00:00,mia@shop.example,SC1,Scarf,1,69.00\n";
/** The two sites, as `POST /api/stores` takes them. */
export const STORES = [
  { code: "fr", name: "France", country: "FR", languages: ["fr"], currency: "EUR", timeZone: "Europe/Paris" },
  { code: "ca", name: "Canada", country: "CA", languages: ["en"], currency: "CAD", timeZone: "America/Toronto" },
];

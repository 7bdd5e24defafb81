import { defineWords } from "../../i18n/words.ts";

export const templateWords = defineWords({
  en: {
    title: "Content", name: "Template", state: "State", languages: "Languages", changed: "Changed", draft: "Draft", live: (version: string) => `Version ${version}`, since: "changed since", archived: "Archived", archivedOnes: "Archived", current: "In use",
    marketing: "Marketing", transactional: "Transactional", more: "Show more", noArchived: "Nothing is put away.", noArchivedText: "A template that is put away can no longer be chosen; what already uses it keeps working.",
    none: "A template is what people will read.", noneText: "Start from a ready design, in French and English, with your colours and your address. You read it as a contact before anything can leave.", start: "New message", designs: "E-mail, from a design", others: "Other channels", untitled: "Untitled", channels: { sms: "SMS", push: "Mobile push", web_push: "Web push", whatsapp: "WhatsApp", onsite: "In-site message" }, blank: "Hello {{ contact.first_name | default: \"there\" }}, ",
  },
  fr: {
    title: "Contenus", name: "Modèle", state: "État", languages: "Langues", changed: "Modifié", draft: "Brouillon", live: (version: string) => `Version ${version}`, since: "modifié depuis", archived: "Archivé", archivedOnes: "Archivés", current: "En usage",
    marketing: "Marketing", transactional: "Transactionnel", more: "Afficher la suite", noArchived: "Rien n’est rangé.", noArchivedText: "Un modèle rangé ne se choisit plus ; ce qui s’en sert déjà continue.",
    none: "Un modèle est ce que les gens liront.", noneText: "Partez d’une maquette prête, en français et en anglais, à vos couleurs et avec votre adresse. Vous la lirez comme un contact avant que rien ne parte.", start: "Nouveau message", designs: "E-mail, d’après une maquette", others: "Autres canaux", untitled: "Sans titre", channels: { sms: "SMS", push: "Push mobile", web_push: "Push web", whatsapp: "WhatsApp", onsite: "Message sur site" }, blank: "Bonjour {{ contact.first_name | default: \"\" }}, ",
  },
});

export const editorWords = defineWords({
  en: {
    nameField: "Name of the template", saving: "Saving…", saved: "Saved", unpublished: "Changed since it was published", draft: "Draft, never published", version: (n: string) => `Version ${n} is live`, archived: "Archived: read only",
    undo: "Undo", redo: "Redo", publish: "Publish", published: (n: string) => `Version ${n} is published: what leaves from now on uses it.`, errorsFirst: (n: number) => (n === 1 ? "One error to mend before publishing" : `${n} errors to mend before publishing`),
    more: "More actions", duplicate: "Duplicate", copyOf: (name: string) => `${name} (copy)`, archive: "Archive", restore: "Restore", back: "All templates",
    titleOf: "Title", letters: (n: number) => (n === 1 ? "1 character, before the fields are filled in" : `${n} characters, before the fields are filled in`), class: "Kind", marketing: "Marketing", transactional: "Transactional", topic: "Topic", noTopic: "No topic",
    languages: "Languages", addLanguage: "Add a language", names: { fr: "French", en: "English" }, fallback: "for everyone else", makeFallback: "Use for everyone else", removeLanguage: "Remove this language", empty: "This message has no text in any language yet.",
    subject: "Subject", preheader: "Preheader", preheaderHelp: "The grey line after the subject in the list of mails.", source: "Source", text: "Plain text", ownText: "Write the plain text by hand", madeText: "The plain text is made from the message.", sender: "Sender", noSender: "No sender yet", toSettings: "Change in Settings",
    insert: "Insert a field", groups: { contact: "Contact", event: "Event", order: "Order", product: "Product", cart: "Cart", coupon: "Coupon", store: "Shop", other: "Links" },
    problems: "Problems", noProblems: "Nothing to mend.", line: (n: string) => `line ${n}`,
    smsSize: (units: number, segments: number) => `${units} characters, ${segments === 1 ? "1 segment" : `${segments} segments`} for this contact`, smsOdd: (signs: string) => `These signs are outside the GSM alphabet: ${signs}. The whole text then has 70 characters a segment instead of 160.`,
    preview: "Preview", width: "Width", desktop: "Desktop", phone: "Phone", light: "Light", dark: "Dark", html: "Designed", plain: "Text", asContact: "Read as a contact", sample: "As a sample reader", nobody: "Nobody found", noPreview: "The message cannot be shown until its errors are mended.", noSubject: "(no subject)", frame: "The message",
    size: (kb: string) => `${kb} of the 102 kB that Gmail shows`, tooLarge: (kb: string) => `${kb} kB: Gmail will cut it at 102 kB`,
    test: "Send me a test", testNote: "It leaves by the workspace’s own door, marked [Test]. Nothing is counted, and its unsubscribe link does nothing.", testKept: (to: string) => `The test for ${to} is in the outbox.`, testLeft: (to: string) => `The test left for ${to}.`, testFailed: (answer: string) => `The provider did not take it: ${answer}`, openTest: "Read it",
    testStopped: "Sending is stopped: resume it before a test.", testNoSender: "No sender is set: fill it in Settings before anything leaves.", testTooMany: "Ten tests in five minutes are enough; wait a little.", testErrors: "Mend the errors before a test.",
    history: "Versions", by: (who: string) => `by ${who}`, takeBack: "Take back as draft", live: "live", tookBack: (n: string) => `The draft is version ${n} again. Undo brings your text back.`, noVersions: "Nothing published yet.",
    says: {
      "content.empty": "There is no text in any language.", "content.no_fallback": "The language for everyone else has no text.", "content.too_heavy": "The message is too heavy to be prepared.", "language.missing": "A language has no text: its readers get the other one.", "postal_address.missing": "The workspace has no postal address; marketing mail must show one.", "postal_address.not_shown": "The postal address is not shown.",
      "subject.missing": "The subject is empty.", "body.missing": "The message is empty.", "body.clipped": "The message is larger than 102 kB: Gmail will cut it.", "mjml.include": "mj-include is not accepted: paste the content.", "mjml.missing": "The source has no mjml element.", "mjml.invalid": "MJML does not understand this.", "mjml.unreadable": "MJML cannot read the source.",
      "html.forbidden_tag": "This tag is not accepted in a message.", "html.handler": "Scripts in attributes are not accepted.", "html.value_outside_quotes": "A field inside a tag must stand between quotes.", "html.value_in_style": "A field cannot stand in a style sheet.",
      "link.empty": "A link leads nowhere.", "link.scheme": "A link must be a whole http or https address.", "link.from_data": "This link comes from data: it works only for your website and allowed hosts.", "unsubscribe.inserted": "There is no unsubscribe link: one is added at the end.",
      "liquid.unknown_variable": "No field has this name; it stays empty unless the journey gives it.", "liquid.unknown_filter": "There is no such filter.", "liquid.unreadable": "The personalisation cannot be read.",
    },
  },
  fr: {
    nameField: "Nom du modèle", saving: "Enregistrement…", saved: "Enregistré", unpublished: "Modifié depuis la publication", draft: "Brouillon, jamais publié", version: (n: string) => `La version ${n} est en service`, archived: "Archivé : lecture seule",
    undo: "Annuler", redo: "Rétablir", publish: "Publier", published: (n: string) => `La version ${n} est publiée : ce qui part désormais s’en sert.`, errorsFirst: (n: number) => (n === 1 ? "Une erreur à corriger avant de publier" : `${n} erreurs à corriger avant de publier`),
    more: "Autres actions", duplicate: "Dupliquer", copyOf: (name: string) => `${name} (copie)`, archive: "Archiver", restore: "Restaurer", back: "Tous les modèles",
    titleOf: "Titre", letters: (n) => (n < 2 ? `${n} caractère, avant que les champs soient remplis` : `${n} caractères, avant que les champs soient remplis`), class: "Nature", marketing: "Marketing", transactional: "Transactionnel", topic: "Thème", noTopic: "Aucun thème",
    languages: "Langues", addLanguage: "Ajouter une langue", names: { fr: "Français", en: "Anglais" }, fallback: "pour tous les autres", makeFallback: "Servir à tous les autres", removeLanguage: "Retirer cette langue", empty: "Ce message n’a encore de texte dans aucune langue.",
    subject: "Objet", preheader: "Pré-en-tête", preheaderHelp: "La ligne grise après l’objet, dans la liste des messages.", source: "Source", text: "Texte seul", ownText: "Écrire le texte seul à la main", madeText: "Le texte seul est tiré du message.", sender: "Expéditeur", noSender: "Pas encore d’expéditeur", toSettings: "Changer dans les réglages",
    insert: "Insérer un champ", groups: { contact: "Contact", event: "Événement", order: "Commande", product: "Produit", cart: "Panier", coupon: "Code promotionnel", store: "Boutique", other: "Liens" },
    problems: "Problèmes", noProblems: "Rien à corriger.", line: (n: string) => `ligne ${n}`,
    smsSize: (units, segments) => `${units} caractères, ${segments < 2 ? "1 segment" : `${segments} segments`} pour ce contact`, smsOdd: (signs) => `Ces signes sont hors de l’alphabet GSM : ${signs}. Tout le texte passe alors à 70 caractères par segment au lieu de 160.`,
    preview: "Aperçu", width: "Largeur", desktop: "Ordinateur", phone: "Téléphone", light: "Clair", dark: "Sombre", html: "Mis en page", plain: "Texte", asContact: "Lire comme un contact", sample: "Comme un lecteur type", nobody: "Personne ne répond", noPreview: "Le message ne peut pas s’afficher tant que ses erreurs ne sont pas corrigées.", noSubject: "(sans objet)", frame: "Le message",
    size: (kb: string) => `${kb} des 102 ko que Gmail affiche`, tooLarge: (kb: string) => `${kb} ko : Gmail le coupera à 102 ko`,
    test: "M’envoyer un essai", testNote: "Il sort par la porte de l’espace, marqué [Test]. Rien n’est compté, et son lien de désinscription ne fait rien.", testKept: (to: string) => `L’essai pour ${to} est dans la boîte d’essai.`, testLeft: (to: string) => `L’essai est parti vers ${to}.`, testFailed: (answer: string) => `Le prestataire ne l’a pas pris : ${answer}`, openTest: "Le lire",
    testStopped: "Les envois sont arrêtés : relancez-les avant un essai.", testNoSender: "Aucun expéditeur : remplissez-le dans les réglages avant que rien ne parte.", testTooMany: "Dix essais en cinq minutes suffisent ; patientez un peu.", testErrors: "Corrigez les erreurs avant un essai.",
    history: "Versions", by: (who: string) => `par ${who}`, takeBack: "Reprendre en brouillon", live: "en service", tookBack: (n: string) => `Le brouillon est de nouveau la version ${n}. Annuler rend votre texte.`, noVersions: "Rien de publié pour l’instant.",
    says: {
      "content.empty": "Il n’y a de texte dans aucune langue.", "content.no_fallback": "La langue qui sert à tous les autres n’a pas de texte.", "content.too_heavy": "Le message est trop lourd pour être préparé.", "language.missing": "Une langue n’a pas de texte : ses lecteurs reçoivent l’autre.", "postal_address.missing": "L’espace n’a pas d’adresse postale ; un message marketing doit en montrer une.", "postal_address.not_shown": "L’adresse postale n’est pas montrée.",
      "subject.missing": "L’objet est vide.", "body.missing": "Le message est vide.", "body.clipped": "Le message dépasse 102 ko : Gmail le coupera.", "mjml.include": "mj-include n’est pas accepté : collez le contenu.", "mjml.missing": "La source n’a pas d’élément mjml.", "mjml.invalid": "MJML ne comprend pas ceci.", "mjml.unreadable": "MJML ne peut pas lire la source.",
      "html.forbidden_tag": "Cette balise n’est pas acceptée dans un message.", "html.handler": "Les scripts dans les attributs ne sont pas acceptés.", "html.value_outside_quotes": "Un champ dans une balise doit être entre guillemets.", "html.value_in_style": "Un champ ne peut pas se trouver dans une feuille de style.",
      "link.empty": "Un lien ne mène nulle part.", "link.scheme": "Un lien doit être une adresse http ou https entière.", "link.from_data": "Ce lien vient des données : il ne marche que pour votre site et les hôtes permis.", "unsubscribe.inserted": "Il n’y a pas de lien de désinscription : il en est ajouté un à la fin.",
      "liquid.unknown_variable": "Aucun champ ne porte ce nom ; il reste vide si le scénario ne le donne pas.", "liquid.unknown_filter": "Ce filtre n’existe pas.", "liquid.unreadable": "La personnalisation ne peut pas être lue.",
    },
  },
});

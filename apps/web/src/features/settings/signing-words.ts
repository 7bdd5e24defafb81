import { defineWords } from "../../i18n/words.ts";

export const signingWords = defineWords({
  en: {
    title: "Signing keys (DKIM)",
    help: "A signature proves that a mail comes from your domain and was not changed. Large mailbox providers refuse campaigns without one. If your SMTP provider signs for you, leave this alone.",
    none: "No key yet. Make one for the domain of your sender address, publish the record shown, then let the SMTP server sign.",
    domain: "Domain of the sender address", domainHelp: "What stands after the @", make: "Make the key", remove: "Remove", removeOf: (domain: string) => `Remove the key of ${domain}`,
    publish: "Publish this TXT record at your domain’s DNS, then let the server sign.", recordName: "Name (TXT)", recordValue: "Value", copy: "Copy", copied: "Copied", copyOf: (what: string) => `Copy: ${what}`,
    sign: "Sign mails (DKIM)", signHelp: "With the key of the sender’s domain. While it has none, mails wait.", signs: "Signs (DKIM)",
  },
  fr: {
    title: "Clés de signature (DKIM)",
    help: "Une signature prouve qu’un e-mail vient bien de votre domaine et n’a pas été modifié. Les grandes messageries refusent les campagnes qui n’en portent pas. Si votre prestataire SMTP signe pour vous, ne changez rien ici.",
    none: "Pas encore de clé. Créez celle du domaine de votre adresse d’expéditeur, publiez l’enregistrement affiché, puis laissez le serveur SMTP signer.",
    domain: "Domaine de l’adresse d’expéditeur", domainHelp: "Ce qui suit le @", make: "Créer la clé", remove: "Retirer", removeOf: (domain: string) => `Retirer la clé de ${domain}`,
    publish: "Publiez cet enregistrement TXT dans le DNS de votre domaine, puis laissez le serveur signer.", recordName: "Nom (TXT)", recordValue: "Valeur", copy: "Copier", copied: "Copié", copyOf: (what: string) => `Copier : ${what}`,
    sign: "Signer les e-mails (DKIM)", signHelp: "Avec la clé du domaine de l’expéditeur. Tant qu’il n’en a pas, les e-mails attendent.", signs: "Signe (DKIM)",
  },
});

import { sayFileProblem } from "./file-problems.ts";

export { ROW_REASONS, sayRowProblem, type RowReason } from "./row-problems.ts";
export { FILE_PROBLEMS, sayFileProblem, type FileProblem } from "./file-problems.ts";

/** Why something that ran by itself could not be done: a code that never changes, and what its sentence speaks of. */
export interface Failure {
  readonly code: string;
  readonly params: Readonly<Record<string, unknown>>;
}

type Language = "fr" | "en";
type Say = (params: Readonly<Record<string, string>>) => string;

const COLUMN = {
  en: { unknown_table: "its table %s is missing", unknown_column: "its column %s is missing" },
  fr: { unknown_table: "sa table %s manque", unknown_column: "sa colonne %s manque" },
} as const;
const changed = (language: Language, { problem = "", name = "" }: Readonly<Record<string, string>>): string => {
  const quoted = language === "fr" ? `« ${name} »` : `“${name}”`;
  const known = (COLUMN[language] as Readonly<Record<string, string>>)[problem];
  return known?.replace("%s", () => quoted) ?? (language === "fr" ? `il y manque ${quoted}` : `${quoted} is missing`);
};

const SENTENCES: Readonly<Record<Language, Readonly<Record<string, Say>>>> = {
  en: {
    "sync.answered": ({ status }) => (status === "404" ? "Nothing is at this address (answer 404)." : `The server answered ${status}.`),
    "sync.unauthorized": ({ status }) => `The server answered ${status}: the key is missing or wrong.`,
    "sync.host_unknown": ({ host }) => `No server is called ${host}.`,
    "sync.no_answer": ({ host }) => `${host} does not answer.`,
    "sync.broken_off": ({ host }) => `${host} broke off in the middle.`,
    "sync.certificate": ({ host, detail }) => `The certificate of ${host} cannot be trusted (${detail}).`,
    "sync.sign_in": ({ detail }) => `The database refused the sign-in: ${detail}.`,
    "sync.query": ({ detail }) => `The database refused the query: ${detail}.`,
    "sftp.host_key_changed": ({ host, was, now }) =>
      `${host} shows another key than before: ${now}; before it was ${was}. Somebody may be in between. If its operator changed it, write the new fingerprint into the source`,
    "sftp.sign_in": ({ host }) => `${host} refused the sign-in: the user, password or key is not right.`,
    "sftp.no_file": ({ path }) => `There is no file ${path} that this user may read.`,
    "sync.source_failed": ({ reason }) => `The source could not be read: ${reason}.`,
    "sync.not_a_feed": ({ kind }) =>
      kind === "products"
        ? "The file is no product feed: an id, a title, a link and an image or an availability are needed."
        : "The file is no content feed: a title, a link and a date are needed.",
    "sync.stopped": () => "The reading was stopped.",
    "sync.surprised": () => "Something unexpected happened; the log of the server tells it.",
    "net.blocked_address": ({ host }) =>
      `${host} is not an address of the public internet. Its operator may allow it with RELANCE_ALLOW_PRIVATE_HOSTS.`,
    "net.redirect_not_allowed": ({ to }) => `The address leads on to ${to}, which may not be called.`,
    "net.redirects": () => "The address leads on in a circle.",
    "import.file_empty": () => "The file holds no row.",
    "import.file_too_large": ({ most }) => `The file is larger than ${most} bytes.`,
    "import.file_is_page": () => "A web page came instead of a file. Is the address that of the file itself?",
    "import.file_unreadable": (params) => `The file could not be read: ${sayFileProblem(params, "en")}`,
    "import.file_refused": (params) => `The file was refused: ${sayFileProblem(params, "en")}`,
    "import.columns_changed": (params) => `The file is no longer the one whose columns were checked: ${changed("en", params)}.`,
    "import.message_refused": ({ id, reason }) =>
      `What ${id} says passed the check and was refused when it was applied: ${reason}. The import stopped before it`,
    "import.cancelled": () => "The import was cancelled.",
    "store.unknown": ({ code }) => `No store has the code ${code}.`,
  },
  fr: {
    "sync.answered": ({ status }) =>
      status === "404" ? "Rien n’existe à cette adresse (réponse 404)." : `Le serveur a répondu ${status}.`,
    "sync.unauthorized": ({ status }) => `Le serveur a répondu ${status} : la clé manque ou n’est pas la bonne.`,
    "sync.host_unknown": ({ host }) => `Aucun serveur ne s’appelle ${host}.`,
    "sync.no_answer": ({ host }) => `${host} ne répond pas.`,
    "sync.broken_off": ({ host }) => `${host} a coupé la connexion en cours de lecture.`,
    "sync.certificate": ({ host, detail }) => `Le certificat de ${host} n’est pas digne de confiance (${detail}).`,
    "sync.sign_in": ({ detail }) => `La base de données a refusé l’identification : ${detail}.`,
    "sync.query": ({ detail }) => `La base de données a refusé la requête : ${detail}.`,
    "sftp.host_key_changed": ({ host, was, now }) =>
      `${host} présente une autre clé qu’auparavant : ${now} au lieu de ${was}. Quelqu’un s’est peut-être glissé entre vous. Si son exploitant l’a changée, inscrivez la nouvelle empreinte dans la source`,
    "sftp.sign_in": ({ host }) => `${host} a refusé l’identification : l’utilisateur, le mot de passe ou la clé n’est pas le bon.`,
    "sftp.no_file": ({ path }) => `Il n’y a pas de fichier ${path} que cet utilisateur puisse lire.`,
    "sync.source_failed": ({ reason }) => `La source n’a pas pu être lue : ${reason}.`,
    "sync.not_a_feed": ({ kind }) =>
      kind === "products"
        ? "Le fichier n’est pas un flux de produits : il faut un id, un titre, un lien et une image ou une disponibilité."
        : "Le fichier n’est pas un flux de contenus : il faut un titre, un lien et une date.",
    "sync.stopped": () => "La lecture a été arrêtée.",
    "sync.surprised": () => "Un imprévu s’est produit ; le journal du serveur le raconte.",
    "net.blocked_address": ({ host }) =>
      `${host} n’est pas une adresse de l’Internet public. L’opérateur peut la permettre avec RELANCE_ALLOW_PRIVATE_HOSTS.`,
    "net.redirect_not_allowed": ({ to }) => `L’adresse renvoie vers ${to}, qui ne peut pas être appelée.`,
    "net.redirects": () => "L’adresse renvoie en boucle.",
    "import.file_empty": () => "Le fichier ne contient aucune ligne.",
    "import.file_too_large": ({ most }) => `Le fichier dépasse ${most} octets.`,
    "import.file_is_page": () => "Une page web est arrivée au lieu d’un fichier. L’adresse est-elle bien celle du fichier lui-même ?",
    "import.file_unreadable": (params) => `Le fichier n’a pas pu être lu : ${sayFileProblem(params, "fr")}`,
    "import.file_refused": (params) => `Le fichier a été refusé : ${sayFileProblem(params, "fr")}`,
    "import.columns_changed": (params) => `Le fichier n’est plus celui dont les colonnes ont été vérifiées : ${changed("fr", params)}.`,
    "import.message_refused": ({ id, reason }) =>
      `Ce que dit ${id} avait passé la vérification, puis a été refusé (${reason}). L’import s’est arrêté juste avant`,
    "import.cancelled": () => "L’import a été arrêté.",
    "store.unknown": ({ code }) => `Aucune boutique n’a le code ${code}.`,
  },
};

/** A failure in the reader's language; null for a code that has no sentence here. */
export function describeFailure({ code, params }: Failure, language: Language): string | null {
  const text = Object.fromEntries(Object.entries(params).map(([name, value]) => [name, String(value).replace(/[.\s]+$/, "")]));
  const said = Object.hasOwn(SENTENCES[language], code) ? SENTENCES[language][code]!(text) : null;
  return said === null || /[.?]$/.test(said) ? said : `${said}.`;
}

/** The codes that have a sentence in a language. */
export const describedFailures = (language: Language): string[] => Object.keys(SENTENCES[language]);

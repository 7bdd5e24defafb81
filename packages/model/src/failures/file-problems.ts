import { pair, say, type Language, type Sentence } from "./sentences.ts";

/** What can be wrong with a file, in both languages: the end of a sentence that begins with "The file could not be read" or "was refused". */
const PROBLEMS = {
  archive_in_archive: pair(
    () => "an archive lies in the archive; unpack the outer one",
    () => "une archive en contient une autre ; décompressez d’abord celle de l’extérieur",
  ),
  parquet_in_archive: pair(
    () => "a Parquet file lies in the archive; bring it as it is, it is already compressed",
    () => "l’archive contient un fichier Parquet ; apportez-le tel quel, il est déjà compressé",
  ),
  old_workbook: pair(
    () => "it is a workbook of the old kind (.xls) or one with a password; save it as .xlsx without a password",
    () => "c’est un classeur de l’ancien format (.xls) ou protégé par un mot de passe ; enregistrez-le en .xlsx, sans mot de passe",
  ),
  pdf: pair(
    () => "it is a PDF; export the table as CSV or XLSX",
    () => "c’est un PDF ; exportez le tableau en CSV ou en XLSX",
  ),
  no_text: pair(
    () => "it holds no text; bring CSV, NDJSON, XLSX or Parquet",
    () => "il ne contient pas de texte ; apportez un fichier CSV, NDJSON, XLSX ou Parquet",
  ),
  json_list: pair(
    () => "it is one JSON list; bring one object on each line (NDJSON)",
    () => "c’est une seule liste JSON ; apportez un objet par ligne (NDJSON)",
  ),
  line_too_long: pair(
    ({ most }) => `a line is longer than ${most} characters`,
    (_p, n) => `une ligne dépasse ${n("most")} caractères`,
  ),
  line_not_json: pair(
    ({ line, detail }) => `line ${line} is not JSON (${detail})`,
    ({ detail }, n) => `la ligne ${n("line")} n’est pas du JSON (${detail})`,
  ),
  line_not_object: pair(
    ({ line }) => `line ${line} is not a JSON object`,
    (_p, n) => `la ligne ${n("line")} n’est pas un objet JSON`,
  ),
  line_too_deep: pair(
    ({ line, most }) => `line ${line} holds objects more than ${most} deep`,
    (_p, n) => `les objets de la ligne ${n("line")} s’emboîtent sur plus de ${n("most")} niveaux`,
  ),
  line_forbidden_key: pair(
    ({ line, key }) => `line ${line} names a key "${key}", which none may have`,
    ({ key }, n) => `la ligne ${n("line")} emploie la clé « ${key} », qui est interdite`,
  ),
  line_too_many: pair(
    ({ line, most }) => `line ${line} has more than ${most} values`,
    (_p, n) => `la ligne ${n("line")} a plus de ${n("most")} valeurs`,
  ),
  bomb_ratio: pair(
    ({ most }) => `it unpacks to more than ${most} times its size`,
    (_p, n) => `décompressé, il dépasse ${n("most")} fois sa taille`,
  ),
  bomb_bytes: pair(
    ({ most }) => `it unpacks to more than ${most} bytes`,
    (_p, n) => `décompressé, il dépasse ${n("most")} octets`,
  ),
  compressed_damaged: pair(
    () => "the compressed data is damaged or was cut",
    () => "les données compressées sont abîmées ou coupées",
  ),
  archive_files: pair(
    ({ n, most }) => `the archive holds ${n} files; ${most} is the most`,
    (_p, n) => `l’archive contient ${n("n")} fichiers ; le maximum est de ${n("most")}`,
  ),
  archive_entries: pair(
    ({ most }) => `the archive holds more than ${most} files`,
    (_p, n) => `l’archive contient plus de ${n("most")} fichiers`,
  ),
  archive_lost: pair(
    ({ name }) => `the archive no longer holds "${name}"`,
    ({ name }) => `l’archive ne contient plus « ${name} »`,
  ),
  archive_damaged: pair(
    ({ part }) => `the archive is damaged or was cut (${part})`,
    ({ part }) => `l’archive est abîmée ou coupée (${part})`,
  ),
  archive_no_directory: pair(
    () => "the archive is damaged or was cut (its directory)",
    () => "l’archive est abîmée ou coupée (sa table des matières)",
  ),
  archive_no_end: pair(
    () => "the archive is damaged or was cut (its end is missing)",
    () => "l’archive est abîmée ou coupée (sa fin manque)",
  ),
  archive_outside: pair(
    ({ name }) => `the archive names a file outside its folder ("${name}")`,
    ({ name }) => `l’archive désigne un fichier hors de son dossier (« ${name} »)`,
  ),
  archive_password: pair(
    () => "the archive is protected by a password; pack it without one",
    () => "l’archive est protégée par un mot de passe ; refaites-la sans",
  ),
  archive_method: pair(
    ({ name }) => `"${name}" is packed by a method other than deflate`,
    ({ name }) => `« ${name} » est compressé par une autre méthode que deflate`,
  ),
  archive_overlap: pair(
    () => "files of the archive overlap",
    () => "des fichiers de l’archive se chevauchent",
  ),
  columns_too_many: pair(
    ({ n, most }) => `it has ${n} columns; ${most} is the most`,
    (_p, n) => `il a ${n("n")} colonnes ; le maximum est de ${n("most")}`,
  ),
  too_slow: pair(
    () => "reading it takes too long",
    () => "sa lecture prend trop de temps",
  ),
  too_much_memory: pair(
    () => "reading it takes too much memory; bring it as CSV",
    () => "sa lecture demande trop de mémoire ; apportez-le en CSV",
  ),
  damaged: pair(
    ({ detail }) => `it is damaged or was cut (${detail})`,
    ({ detail }) => `il est abîmé ou coupé (${detail})`,
  ),
  xml_damaged: pair(
    ({ detail, line }) => `its XML is damaged (${detail}, line ${line})`,
    ({ detail }, n) => `son XML est abîmé (${detail}, ligne ${n("line")})`,
  ),
  xml_doctype: pair(
    () => "its XML declares a document type or entities",
    () => "son XML déclare un type de document ou des entités",
  ),
  xml_cut: pair(
    () => "its XML ends in the middle",
    () => "son XML s’arrête au milieu",
  ),
  xml_deep: pair(
    ({ most }) => `its XML is nested more than ${most} deep`,
    (_p, n) => `son XML s’emboîte sur plus de ${n("most")} niveaux`,
  ),
  xml_no_feed: pair(
    ({ tag }) => `it is XML, but no feed (RSS or Atom): it begins with <${tag}>`,
    ({ tag }) => `c’est du XML, mais pas un flux (RSS ou Atom) : il commence par <${tag}>`,
  ),
  xml_not_utf8: pair(
    () => "its XML is not UTF-8",
    () => "son XML n’est pas en UTF-8",
  ),
  item_too_long: pair(
    ({ most }) => `an item is longer than ${most} characters`,
    (_p, n) => `un élément dépasse ${n("most")} caractères`,
  ),
  item_too_many: pair(
    ({ most }) => `an item has more than ${most} values`,
    (_p, n) => `un élément a plus de ${n("most")} valeurs`,
  ),
  no_sheet: pair(
    () => "the workbook has no visible sheet",
    () => "le classeur n’a aucune feuille visible",
  ),
  texts_too_long: pair(
    ({ most }) => `its texts are longer than ${most} characters together`,
    (_p, n) => `ses textes dépassent ensemble ${n("most")} caractères`,
  ),
  cell_too_long: pair(
    ({ most }) => `a cell is longer than ${most} characters`,
    (_p, n) => `une cellule dépasse ${n("most")} caractères`,
  ),
  row_too_wide: pair(
    ({ most }) => `a row has more than ${most} cells`,
    (_p, n) => `une ligne a plus de ${n("most")} cellules`,
  ),
  after_quote: pair(
    ({ line, separator }) => `after the quote that ends a cell on line ${line} comes neither "${separator}" nor the end of the line`,
    ({ separator }, n) => `après le guillemet qui ferme une cellule, ligne ${n("line")}, il n’y a ni « ${separator} » ni fin de ligne`,
  ),
  quote_open: pair(
    ({ line }) => `the quote that begins a cell on line ${line} is never closed`,
    (_p, n) => `le guillemet qui ouvre une cellule, ligne ${n("line")}, n’est jamais fermé`,
  ),
  quote_inside: pair(
    ({ line }) =>
      `a quote stands in the middle of a cell on line ${line}; a cell that holds one begins and ends with quotes and has it twice`,
    (_p, n) =>
      `un guillemet se trouve au milieu d’une cellule, ligne ${n("line")} ; une cellule qui en contient un commence et finit par des guillemets, et le double`,
  ),
  record_too_long: pair(
    ({ line, most }) => `line ${line} is longer than ${most} characters; is a quote missing?`,
    (_p, n) => `la ligne ${n("line")} dépasse ${n("most")} caractères ; manque-t-il un guillemet ?`,
  ),
  group_too_large: pair(
    ({ most }) => `a row group unpacks to more than ${most} bytes; write it with smaller row groups`,
    (_p, n) => `un groupe de lignes dépasse ${n("most")} octets une fois décompressé ; écrivez des groupes plus petits`,
  ),
  page_too_large: pair(
    ({ most }) => `a page unpacks to more than ${most} bytes`,
    (_p, n) => `une page dépasse ${n("most")} octets une fois décompressée`,
  ),
} as const satisfies Readonly<Record<string, Sentence>>;

/** Why a file could not be read: a code that never changes, and what its sentence speaks of. */
export type FileProblem = { readonly why: keyof typeof PROBLEMS } & Readonly<Record<string, string | number>>;

/** Every code there is. */
export const FILE_PROBLEMS = Object.keys(PROBLEMS) as readonly FileProblem["why"][];

/** The end of the sentence, without its full stop. Of a failure of an earlier release, which kept only that, its English reason. */
export function sayFileProblem(given: Readonly<Record<string, unknown>>, language: Language): string {
  const why = String(given["why"]);
  if (Object.hasOwn(PROBLEMS, why)) return say(PROBLEMS[why as FileProblem["why"]], given, language);
  return typeof given["reason"] === "string" ? given["reason"] : "";
}

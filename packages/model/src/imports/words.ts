/** The words of a column's name: `InvoiceNo`, `invoice_no` and `Invoice No` are one. */
export function wordsOf(column: string): string {
  return column
    .trim()
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .replace(/[_\-.]+/g, " ");
}

/** The name under which what a column says is kept: letters, digits and underscores, from a letter on; empty when it has no letter. */
export function attributeName(column: string): string {
  const name = column
    .normalize("NFD")
    .replace(/[\u0300-\u036f]+/g, "")
    .replace(/[^A-Za-z0-9_ ]+/g, " ")
    .trim()
    .replace(/^[^A-Za-z]+/, "")
    .replace(/\s+/g, "_")
    .toLowerCase()
    .slice(0, 60);
  return /^(constructor|prototype)$/.test(name) ? `${name}_` : name; // names that no mapping may keep
}

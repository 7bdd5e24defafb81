/** The words of a column's name: `InvoiceNo`, `invoice_no` and `Invoice No` are one. */
export function wordsOf(column: string): string {
  return column.trim().replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase().replace(/[_\-.]+/g, " ");
}

/** A cell that a spreadsheet would run as a formula gets an apostrophe; numbers stay numbers (SECURITY #24). */
export function unformula(cell: string): string {
  return /^[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/.test(cell) && !/^[+-]?[\d.,\s]+$/.test(cell) ? `'${cell}` : cell;
}

/** A cell that a spreadsheet would run as a formula gets an apostrophe, as does one that has it already; numbers stay numbers (SECURITY #24). */
export function unformula(cell: string): string {
  return /^'*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/.test(cell) && !/^[+-]?[\d.,\s]+$/.test(cell) ? `'${cell}` : cell;
}

/** Takes back what `unformula` added, so that a file of ours that comes in again says what it said. */
export function reformula(cell: string): string {
  return cell.charCodeAt(0) === APOSTROPHE && unformula(cell.slice(1)) === cell ? cell.slice(1) : cell;
}

const APOSTROPHE = 39;

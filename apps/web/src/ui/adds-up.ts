/** Whether parts sum to their total, to a thousandth (money arrives with four decimals at most). */
export function addsUp(parts: readonly number[], total: number): boolean {
  return Math.abs(parts.reduce((sum, part) => sum + part, 0) - total) < 0.001;
}

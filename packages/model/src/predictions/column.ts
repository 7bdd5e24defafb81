/** Numbers gathered one by one, 8 bytes each. */
export class Column {
  #values = new Float64Array(1_024);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(value: number): void {
    if (this.#size === this.#values.length) {
      const larger = new Float64Array(this.#size * 2);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#size++] = value;
  }

  /** What was gathered; a view, not a copy. */
  values(): Float64Array {
    return this.#values.subarray(0, this.#size);
  }
}

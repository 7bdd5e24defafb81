/** One language of a published version: Liquid with slots; per recipient only Liquid, slots and encoding remain. */
export interface CompiledVariant {
  readonly subject: string;
  readonly preheader: string;
  readonly html: string;
  readonly text: string;
  /** Whether the text is JSON, to be read again once it is filled in. */
  readonly json?: true;
  /** Destinations by link number. */
  readonly links: readonly string[];
  /** Hosts the template itself names before any data: links made from data may lead there. */
  readonly hosts: readonly string[];
}

export interface Compiled {
  readonly version: 1;
  readonly fallback: string;
  readonly variants: Readonly<Record<string, CompiledVariant>>;
}

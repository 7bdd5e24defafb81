/** A contact whose state at the destination is asked. */
export interface Standing {
  /** The identifiers it should be there with; null when it should not be there. */
  readonly wanted: string | null;
  /** The identifiers it is there with, or may be when not sure; null when it certainly is not. */
  readonly held: { readonly identifiers: string; readonly sure: boolean } | null;
}

export type Act = "nothing" | "add" | "remove" | "replace";

/**
 * What brings the destination to what is wanted. Whatever may be there counts as there when it must go and as absent when it must stay,
 * so that an attempt cut off half-way is made good whichever half it was. `replace`: remove what is held now, add what is wanted next.
 */
export function actFor({ wanted, held }: Standing): Act {
  if (held === null) return wanted === null ? "nothing" : "add";
  if (wanted === null) return "remove";
  if (wanted !== held.identifiers) return "replace";
  return held.sure ? "nothing" : "add";
}

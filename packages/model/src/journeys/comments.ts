/** A piece of a comment: plain, or the name of someone after an @. */
export interface CommentPart {
  readonly text: string;
  readonly person: string | null;
}

/**
 * A comment in parts, the names of members after an @ apart, in any case; of two names that fit the longer one counts. `person`: the id.
 */
export function commentParts(text: string, members: readonly { readonly id: string; readonly name: string }[]): readonly CommentPart[] {
  const byLength = members.filter((one) => one.name.trim() !== "").sort((a, b) => b.name.length - a.name.length);
  const lower = text.toLowerCase();
  const parts: CommentPart[] = [];
  let plain = "";
  for (let at = 0; at < text.length;) {
    const named =
      text[at] === "@"
        ? byLength.find(
            ({ name }) => lower.startsWith(name.toLowerCase(), at + 1) && !/^[\p{L}\p{N}]/u.test(text.slice(at + 1 + name.length)),
          )
        : undefined;
    if (!named) {
      plain += text[at++];
      continue;
    }
    if (plain !== "") parts.push({ text: plain, person: null });
    plain = "";
    parts.push({ text: text.slice(at, at + 1 + named.name.length), person: named.id });
    at += 1 + named.name.length;
  }
  return plain === "" ? parts : [...parts, { text: plain, person: null }];
}

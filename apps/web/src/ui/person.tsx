/** The first letters of a name, on a disc. */
export function Initials({ name, large = false }: { readonly name: string; readonly large?: boolean }) {
  const letters = name
    .split(/[\s@.]+/)
    .filter((word) => word !== "")
    .slice(0, 2)
    .map((word) => word[0]!.toLocaleUpperCase())
    .join("");
  return (
    <span className={large ? "initials initials-large" : "initials"} aria-hidden>
      {letters || "?"}
    </span>
  );
}

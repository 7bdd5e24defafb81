import { useRefusal } from "../api/refusal.ts";

/** What went wrong and what to do, at the place where it was asked; nothing when nothing did. */
export function RefusalNote({ error }: { readonly error: unknown }) {
  const word = useRefusal();
  if (error === null || error === undefined) return null;
  return (
    <div className="call" role="alert">
      {word(error)}
    </div>
  );
}

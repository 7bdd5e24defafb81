import type { Role, Scope } from "@relance/contract";
import type { Id } from "@relance/model/base";

/** Who is calling, settled before any handler runs. `workspace` is the only one the call may touch. */
export interface Actor {
  readonly kind: "user" | "key";
  /** The user's id, or the key's. */
  readonly id: Id;
  readonly name: string;
  readonly workspace: Id;
  readonly role: Role;
  /** Of a key; a user holds what the role gives. */
  readonly scopes: readonly Scope[];
}

import type { Id } from "@relance/model/base";
import type { Deps } from "../../deps.ts";
import { phoneReader } from "../contacts/index.ts";
import type { IngestInto } from "../ingest/index.ts";
import type { WorkspaceRecord } from "../team/index.ts";

/** From where a form was sent. */
export interface Visitor {
  readonly ip: string;
  readonly agent: string | null;
}

/** A stranger's word: it may not change or join contacts we know. */
export const intoOf = (workspace: WorkspaceRecord): IngestInto => ({
  workspace: workspace.id,
  currency: workspace.currency,
  phone: phoneReader(workspace.time_zone),
  trusted: false,
  source: "form",
});

/** Who gave this address, before anybody proved to own it: one visitor an address, joined to the contact who holds it. */
export const visitorOf = (deps: Pick<Deps, "secrets">, workspace: Id, email: string): string =>
  `form:${Buffer.from(deps.secrets.mac(`form-visitor:${workspace}`, email))
    .toString("hex")
    .slice(0, 32)}`;

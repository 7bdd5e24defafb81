import type { Id, Instant } from "@relance/model/base";
import { localDate, mayMeasureOpens, usableZone } from "@relance/model/consent";
import type { Db } from "../../platform/db/database.ts";
import { selectConsents } from "./queries.ts";

/** Of these contacts, those whose opens may be measured now, by the workspace's setting and what each said about `pixel`. */
export async function measurable(
  db: Db,
  input: {
    readonly workspace: Id;
    readonly setting: "off" | "with_consent" | "unless_refused";
    readonly zone: string;
    readonly contacts: readonly { readonly bucket: number; readonly contact: Id }[];
    readonly now: Instant;
  },
): Promise<ReadonlySet<Id>> {
  const { workspace, setting, zone, contacts, now } = input;
  if (setting === "off" || contacts.length === 0) return new Set();
  const said = Map.groupBy(
    await selectConsents(db, { keys: contacts.map((one) => ({ ...one, workspace, channel: "pixel" })) }),
    (one) => one.contact,
  );
  const today = localDate(usableZone(zone), now);
  return new Set(contacts.filter((one) => mayMeasureOpens(setting, said.get(one.contact) ?? [], today)).map((one) => one.contact));
}

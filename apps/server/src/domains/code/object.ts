import { createComputed } from "@relance/contract/computed";
import { createGroup } from "@relance/contract/contacts";
import { createTopic } from "@relance/contract/compliance";
import { createForm } from "@relance/contract/forms";
import { createJourney } from "@relance/contract/journeys";
import { createTemplate } from "@relance/contract/messages";
import { createSegment } from "@relance/contract/segments";
import { createSqlSegment } from "@relance/contract/sql-segments";
import { changeWorkspace } from "@relance/contract/team";
import type { Id } from "@relance/model/base";
import type { CodeKind } from "@relance/model/code";
import type { z } from "zod";

/** An id of nobody: of a name that leads nowhere while the rest of its file is judged, and of a query's answer, which no file holds. */
export const NOBODY = "00000000-0000-0000-0000-000000000000";

/** What the app accepts for each kind, and so what files may say: one validation for both. */
export const BODIES = {
  settings: changeWorkspace.body!.omit({ name: true }).required(),
  topic: createTopic.body!,
  group: createGroup.body!,
  attribute: createComputed.body!,
  template: createTemplate.body!.omit({ starter: true }).required({ content: true }),
  form: createForm.body!.required({ key: true, content: true }),
  segment: createSegment.body!.extend({ everyMinutes: createSqlSegment.body!.shape.everyMinutes }),
  journey: createJourney.body!.required({ graph: true }),
} as const satisfies Record<CodeKind, z.ZodType>;
export type Bodies = { readonly [K in CodeKind]: z.output<(typeof BODIES)[K]> };

/** An object as the app knows it, with the ids of what it names. `published`: what it says is in force, not only drafted. */
export type CodeObject = {
  readonly [K in CodeKind]: { readonly kind: K; readonly slug: string; readonly body: Bodies[K]; readonly published: boolean };
}[CodeKind];
export type ObjectOf<K extends CodeKind> = Extract<CodeObject, { kind: K }>;

type Change = "added" | "changed" | "removed" | "same";

/** What would become of one object. */
export interface Planned {
  readonly file: string;
  readonly kind: CodeKind;
  readonly slug: string;
  readonly name: string;
  readonly change: Change;
  /** Its id in the workspace; of an added one, a name for it until it is made, by which `after` of others names it. */
  readonly id: Id;
  readonly before: CodeObject | null;
  readonly after: CodeObject | null;
  /** Both sides as documents, bodies of templates included. */
  readonly documents: { readonly before: unknown; readonly after: unknown };
}

export function nameOf(object: CodeObject): string {
  switch (object.kind) {
    case "settings":
      return "";
    case "topic":
      return object.body.names.en;
    default:
      return object.body.name;
  }
}

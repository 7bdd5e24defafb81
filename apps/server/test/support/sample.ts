import fc from "fast-check";
import { z } from "zod";
import type { Generator } from "../../src/platform/chance/generator.ts";

/** The JSON Schema of what a schema of the contract takes in. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly propertyNames?: JsonSchema;
  readonly items?: JsonSchema;
  readonly prefixItems?: readonly JsonSchema[];
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
}

export const jsonSchemaOf = (schema: z.ZodType): JsonSchema =>
  z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as JsonSchema;

export interface Taste {
  readonly draw: Generator;
  /** Only what must be there, and the first way where there are several. */
  readonly plain: boolean;
  /** Real ids that a property of this name may hold (contacts, segment, id); null: any id. */
  readonly idFor: (name: string) => string | null;
}

// What the schema cannot say because a function checks it.
const HINTS: Readonly<Record<string, string>> = {
  timeZone: "Europe/Paris",
  currency: "EUR",
  locale: "fr",
  email: "someone@shop.example",
  replyTo: "someone@shop.example",
  address: "someone@shop.example",
  host: "127.0.0.1",
  topic: "",
};
const ID = /^\^\[0-9a-f\]\{8\}-/;
const DEEP = 5;

/** A value that the schema accepts. Plain and with the same draws it is the same value. */
export function sample(schema: JsonSchema, taste: Taste): unknown {
  return make(schema, schema, taste, "", 0);
}

function make(schema: JsonSchema, root: JsonSchema, taste: Taste, name: string, depth: number): unknown {
  const { draw, plain } = taste;
  if (schema.$ref !== undefined) return make(resolve(schema.$ref, root), root, taste, name, depth + 1);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return plain ? schema.enum[0] : draw.pick(schema.enum);
  const ways = schema.anyOf ?? schema.oneOf;
  if (ways) {
    const shallow = [...ways].sort((a, b) => branches(a) - branches(b));
    if (depth > DEEP) return make(shallow[0]!, root, taste, name, depth + 1);
    return make(plain ? shallow[0]! : draw.pick(ways), root, taste, name, depth + 1);
  }
  if (schema.allOf) return Object.assign({}, ...schema.allOf.map((one) => make(one, root, taste, name, depth + 1))) as unknown;
  const type = Array.isArray(schema.type) ? (schema.type as readonly string[])[0] : schema.type;
  switch (type) {
    case "string":
      return text(schema, taste, name);
    case "integer":
    case "number":
      return number(schema, type === "integer", taste);
    case "boolean":
      return plain ? false : draw.chance(0.5);
    case "null":
      return null;
    case "array":
      return list(schema, root, taste, name, depth);
    case "object":
      return object(schema, root, taste, depth);
    default:
      return plain ? {} : draw.pick([null, 1, "text", [], {}]);
  }
}

const branches = (schema: JsonSchema) => JSON.stringify(schema).split("$ref").length * 10_000 + JSON.stringify(schema).length;

function resolve(ref: string, root: JsonSchema): JsonSchema {
  if (ref === "#") return root;
  return root.$defs![ref.slice("#/$defs/".length)]!;
}

function text(schema: JsonSchema, taste: Taste, name: string): string {
  if (schema.pattern !== undefined && ID.test(schema.pattern)) return taste.idFor(name) ?? uuid(taste.draw);
  const hint = HINTS[name];
  if (
    hint !== undefined &&
    hint.length <= (schema.maxLength ?? Infinity) &&
    (schema.pattern === undefined || new RegExp(schema.pattern).test(hint))
  )
    return hint;
  if (schema.format === "date-time") return "2026-11-23T10:00:00Z";
  if (schema.format === "date") return "2026-02-28";
  if (schema.format === "email") return "someone@shop.example";
  if (schema.format === "uri") return "https://shop.example/";
  if (schema.pattern !== undefined)
    return fc
      .sample(fc.stringMatching(new RegExp(schema.pattern)), { seed: taste.draw.below(2 ** 31), numRuns: 1 })[0]!
      .slice(0, schema.maxLength ?? 200);
  const word = taste.plain ? "word" : taste.draw.pick(["word", "Zoé", "a b", "x"]);
  return word.padEnd(schema.minLength ?? 0, "x").slice(0, schema.maxLength ?? Infinity);
}

function uuid(draw: Generator): string {
  const hex = Array.from({ length: 32 }, () => draw.below(16).toString(16)).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
}

function number(schema: JsonSchema, whole: boolean, { draw, plain }: Taste): number {
  const least =
    schema.minimum ??
    (schema.exclusiveMinimum === undefined
      ? schema.maximum !== undefined && schema.maximum < 0
        ? schema.maximum
        : 1
      : schema.exclusiveMinimum + (whole ? 1 : 0.5));
  const most = Math.min(schema.maximum ?? schema.exclusiveMaximum ?? least + 100, 1_000_000);
  if (plain || most <= least) return least;
  return whole ? least + draw.below(Math.min(1_000, most - least) + 1) : least + draw.float() * (most - least);
}

function list(schema: JsonSchema, root: JsonSchema, taste: Taste, name: string, depth: number): unknown[] {
  if (schema.prefixItems) return schema.prefixItems.map((one) => make(one, root, taste, name, depth + 1));
  const least = schema.minItems ?? 0;
  const length = taste.plain || depth > DEEP ? least : Math.min(schema.maxItems ?? 3, least + taste.draw.below(3));
  return Array.from({ length }, () => make(schema.items ?? {}, root, taste, name, depth + 1));
}

function object(schema: JsonSchema, root: JsonSchema, taste: Taste, depth: number): Record<string, unknown> {
  const made: Record<string, unknown> = {};
  for (const [name, one] of Object.entries(schema.properties ?? {})) {
    const wanted = schema.required?.includes(name) ?? false;
    if (wanted || (!taste.plain && taste.draw.chance(0.4))) made[name] = make(one, root, taste, name, depth + 1);
  }
  if (!taste.plain && typeof schema.additionalProperties === "object" && taste.draw.chance(0.5)) {
    const name = schema.propertyNames ? make(schema.propertyNames, root, taste, "", depth + 1) : "extra";
    made[String(name)] = make(schema.additionalProperties, root, taste, "", depth + 1);
  }
  return made;
}

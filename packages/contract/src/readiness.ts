import { FINDINGS, SHEET_CODES, VERDICTS } from "@relance/model/readiness";
import { z } from "zod";
import { endpoint } from "./endpoint.ts";
import { id, idParams, instant, page, pageQuery } from "./shapes.ts";

const tag = "Readiness";
const read = { role: "viewer", scope: "journeys:read" } as const;
const people = { role: "viewer", scope: "contacts:read" } as const;
const clean = { role: "editor", scope: "contacts:write" } as const;
const count = z.number().int();
const share = z.number().min(0).max(1);
const words = z.object({ fr: z.string(), en: z.string() });

export const NEED_KINDS = ["event", "attribute", "consent", "website", "catalogue", "stores", "coupons", "template"] as const;
/**
 * Something a journey needs, and what there is of it. `name`: the event, attribute, channel or template; `label`: its name for people,
 * where it has one. `share`: of the contacts known by name, how many have it, 0 to 1; null for what is there or not. `at`: when it was
 * last heard of. `essential`: without it nobody is reached; else a message is only less personal.
 */
export const measuredNeed = z.object({
  key: z.string(),
  of: z.enum(NEED_KINDS),
  name: z.string().nullable(),
  label: z.string().nullable(),
  or: z.array(z.string()),
  essential: z.boolean(),
  met: z.enum(["yes", "partly", "no"]),
  share: share.nullable(),
  at: instant.nullable(),
  why: z.enum(["absent", "silent"]).nullable(),
});
export type MeasuredNeed = z.infer<typeof measuredNeed>;

/** `all`: the data carries it for everyone (nine in ten); `some`: for `people` of `of`; `not_yet`: an essential part is missing. */
const verdict = { ready: z.enum(["all", "some", "not_yet"]), people: count, of: count, needs: z.array(measuredNeed) };
const judgedJourney = z.object({
  kind: z.enum(["journey", "library"]),
  /** Id of the journey, key of the ready-made one. */ key: z.string(),
  names: words,
  state: z.enum(["draft", "live", "paused", "archived", "library"]),
  ...verdict,
});
export type JudgedJourney = z.infer<typeof judgedJourney>;

/** A field of contacts. `credible`: filled with something that can be true; `fresh`: heard within twelve months; `shares`: credible, by store ('' for none). */
const field = z.object({
  field: z.string(),
  filled: count,
  credible: count,
  fresh: count,
  latest: instant.nullable(),
  sources: z.record(z.string(), count),
  shares: z.record(z.string(), share),
});
export type InventoryField = z.infer<typeof field>;
const finding = z.object({ code: z.enum(FINDINGS), n: count });

export const getReadiness = endpoint({
  method: "GET",
  path: "/api/readiness",
  tag,
  access: read,
  summary: "What is known of contacts, how good it is, and which journeys it carries",
  response: z.object({
    people: count,
    /** News of contacts is still being looked at. */ counting: z.boolean(),
    /** When everyone was last looked at. */ walkedAt: instant.nullable(),
    stores: z.array(z.object({ id: z.string(), name: z.string(), people: count })),
    fields: z.array(field),
    findings: z.array(finding),
    journeys: z.array(judgedJourney),
    /** The shortest list of actions that opens the most journeys, in order: what to bring in, and what may start then. */
    unlock: z.array(z.object({ need: measuredNeed, opens: z.array(words) })),
  }),
});
export type Readiness = z.infer<typeof getReadiness.response>;
export const journeyReadiness = endpoint({
  method: "GET",
  path: "/api/readiness/journeys/:id",
  tag,
  access: read,
  summary: "Whether the data carries a journey as its draft stands",
  params: idParams,
  response: judgedJourney,
});

export const MODEL_PARTS = ["product", "variant", "price", "stock", "category", "store", "article", "order", "cart", "object"] as const;
/** A part of the model beside contacts. \`sources\`: how many of the newest thousand each source told; of variants, prices and stock it is their product's. \`latest\`: when any was last heard. */
const modelPart = z.object({
  part: z.enum(MODEL_PARTS),
  /** Of an object's type. */ names: words.nullable(),
  sources: z.record(z.string(), count),
  latest: instant.nullable(),
});
export type ModelPart = z.infer<typeof modelPart>;
export const listModelParts = endpoint({
  method: "GET",
  path: "/api/readiness/model",
  tag,
  access: read,
  summary: "Where the catalogue, orders, carts and objects come from, and how fresh they are",
  response: z.object({ items: z.array(modelPart) }),
});

/** A way for a journey to start, and whether the data makes it possible. */
const trigger = z.object({
  start: z.string(),
  events: z.array(z.string()),
  met: z.enum(["yes", "partly", "no"]),
  share: share.nullable(),
  at: instant.nullable(),
});
export const listTriggers = endpoint({
  method: "GET",
  path: "/api/readiness/triggers",
  tag,
  access: read,
  summary: "The catalogue of what may start a journey, with what the data holds of it",
  response: z.object({ items: z.array(trigger) }),
});

const found = z.object({
  contact: id,
  code: z.enum(FINDINGS),
  name: z.string().nullable(),
  email: z.string().nullable(),
  field: z.string(),
  value: z.string().nullable(),
  /** What the field would become; null with `fix` clear: emptied. */ proposal: z.string().nullable(),
  fix: z.enum(["set", "clear", "none"]),
  foundAt: instant,
});
export type FoundProblem = z.infer<typeof found>;
const cleaning = z.object({ code: z.enum(FINDINGS), n: count, fixable: count });
export const listCleaning = endpoint({
  method: "GET",
  path: "/api/readiness/cleaning",
  tag,
  access: people,
  summary: "What is wrong with contacts, by kind, and how many fixes are proposed",
  response: z.object({
    items: z.array(cleaning),
    /** Pairs of contacts who are probably one person and wait for a decision (`GET /api/identity-conflicts`), counted up to 1,000. */ duplicates:
      count,
  }),
});
export const listFindings = endpoint({
  method: "GET",
  path: "/api/readiness/findings",
  tag,
  access: people,
  summary: "Contacts with one kind of problem, with the fix proposed for each",
  query: pageQuery.extend({ code: z.enum(FINDINGS) }),
  response: page(found),
});
export const keepFinding = endpoint({
  method: "POST",
  path: "/api/readiness/findings/keep",
  tag,
  access: clean,
  summary: "Say that something is right as it is; it is asked again when the value changes",
  body: z.strictObject({ contact: id, code: z.enum(FINDINGS), kept: z.boolean() }),
  response: z.object({ ok: z.literal(true) }),
});

const fix = z.object({
  id,
  code: z.enum(FINDINGS),
  state: z.enum(["running", "done", "cancelled", "undoing", "undone"]),
  /** Contacts asked for, fixed, and left out: changed meanwhile, or the value is another contact's. */ wanted: count,
  done: count,
  skipped: count,
  askedAt: instant,
  askedBy: z.string(),
  endedAt: instant.nullable(),
});
export type Fix = z.infer<typeof fix>;
export const listFixes = endpoint({
  method: "GET",
  path: "/api/readiness/fixes",
  tag,
  access: people,
  summary: "The latest fifty fixes, newest first",
  response: z.object({ items: z.array(fix) }),
});
export const applyFix = endpoint({
  method: "POST",
  path: "/api/readiness/fixes",
  tag,
  access: clean,
  summary: "Apply the fixes proposed for one kind of problem: for the contacts named, or for all there are now",
  status: 201,
  body: z.strictObject({ code: z.enum(FINDINGS), contacts: z.array(id).min(1).max(1000).optional() }),
  response: fix,
});
export const changeFix = endpoint({
  method: "PATCH",
  path: "/api/readiness/fixes/:id",
  tag,
  access: clean,
  summary: "Stop a fix, or take it back: fields that were not changed since get their value from before",
  params: idParams,
  body: z.strictObject({ state: z.enum(["cancelled", "undone"]) }),
  response: fix,
});

const sheetProblem = z.object({
  code: z.enum(SHEET_CODES),
  variant: id.nullable(),
  store: id.nullable(),
  language: z.string().nullable(),
  url: z.string().nullable(),
});
const sheetCount = z.object({
  store: z.string(),
  language: z.string(),
  sheets: count,
  problems: z.partialRecord(z.enum(SHEET_CODES), count),
});
/** Sheets: one for each variant, store and language of the store. Store and language are empty for faults of products themselves. */
export const getProductReadiness = endpoint({
  method: "GET",
  path: "/api/readiness/products",
  tag,
  access: read,
  summary: "How complete product sheets are, by store and language: title, description, price, link, image, and whether these answer",
  response: z.object({ products: count, counts: z.array(sheetCount), totals: z.array(z.object({ code: z.enum(SHEET_CODES), n: count })) }),
});
export const listSheetProblems = endpoint({
  method: "GET",
  path: "/api/readiness/products/problems",
  tag,
  access: read,
  summary: "Products with one kind of fault, with every sheet that has it (at most 200 faults a product)",
  query: pageQuery.extend({ code: z.enum(SHEET_CODES) }),
  response: page(z.object({ product: id, name: z.string(), externalId: z.string(), problems: z.array(sheetProblem) })),
});
const category = z.object({ id, name: z.string(), products: count, untranslated: z.array(z.string()) });
export const getCategoryReadiness = endpoint({
  method: "GET",
  path: "/api/readiness/categories",
  tag,
  access: read,
  summary: "Products without a category, categories that are empty or untranslated, and pairs that are probably one",
  response: z.object({
    without: count,
    categories: count,
    empty: z.array(category),
    untranslated: z.array(category),
    alike: z.array(z.tuple([category, category])),
  }),
});

const rate = z.object({
  field: z.string().nullable(),
  wrong: count,
  looked: count,
  interval: z.object({ share, low: share, high: share }).nullable(),
});
/** `rates`: of records (`field` null: at least one field wrong) and of each field, with the 95 % Wilson interval. */
const sample = z.object({
  id,
  subject: z.enum(["contacts", "products"]),
  percent: z.number(),
  fields: z.array(z.string()),
  of: count,
  drawn: count,
  reviewed: count,
  strata: count,
  drawnAt: instant,
  drawnBy: z.string(),
  endedAt: instant.nullable(),
  rates: z.array(rate),
});
export type Sample = z.infer<typeof sample>;
const verdicts = z.record(z.string().max(120), z.enum(VERDICTS));
const place = z.coerce.number().int().min(0).max(100_000);
export const listSamples = endpoint({
  method: "GET",
  path: "/api/readiness/samples",
  tag,
  access: people,
  summary: "The latest fifty samples, newest first, with their error rates; and the fields that can be reviewed",
  response: z.object({ items: z.array(sample), fields: z.object({ contacts: z.array(z.string()), products: z.array(z.string()) }) }),
});
export const makeSample = endpoint({
  method: "POST",
  path: "/api/readiness/samples",
  tag,
  access: clean,
  summary: "Draw a sample of 1 to 5 % (at most a thousand), stratified by language and store",
  status: 201,
  body: z.strictObject({
    subject: z.enum(["contacts", "products"]),
    percent: z.number().min(1).max(5),
    fields: z.array(z.string().min(1).max(120)).min(1).max(20).optional(),
  }),
  response: sample,
});
export const sampleItem = endpoint({
  method: "GET",
  path: "/api/readiness/samples/:id/item",
  tag,
  access: people,
  summary: "One record of a sample: the one at a place, or the next that nobody reviewed; null when none is left",
  params: idParams,
  query: z.strictObject({ place: place.optional() }),
  response: z.object({
    item: z
      .object({
        place: count,
        subject: id,
        title: z.string(),
        gone: z.boolean(),
        fields: z.array(z.object({ field: z.string(), value: z.string().nullable() })),
        verdicts: verdicts.nullable(),
      })
      .nullable(),
  }),
});
export const reviewItem = endpoint({
  method: "POST",
  path: "/api/readiness/samples/:id/item",
  tag,
  access: clean,
  summary: "Say of one record which fields are right and which wrong",
  params: idParams,
  body: z.strictObject({ place: z.number().int().min(0).max(100_000), verdicts }),
  response: sample,
});

/** What comes in by one way. `share`: of the records it brought that have the field. */
const point = z.object({
  kind: z.enum(["form", "source"]),
  name: z.string(),
  people: count.nullable(),
  lastAt: instant.nullable(),
  collects: z.array(z.string()),
  misses: z.array(z.string()),
});
export const listSignUpPoints = endpoint({
  method: "GET",
  path: "/api/readiness/sign-up-points",
  tag,
  access: read,
  summary: "Forms and sources that bring contacts: what each collects, and what journeys ask for that it does not",
  response: z.object({ items: z.array(point) }),
});

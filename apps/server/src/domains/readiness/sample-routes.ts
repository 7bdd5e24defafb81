import * as contract from "@relance/contract/readiness";
import { toIso, type Id } from "@relance/model/base";
import { errorRates, type FieldVerdict } from "@relance/model/readiness";
import type { FastifyInstance } from "fastify";
import type { Deps } from "../../deps.ts";
import { route } from "../../platform/http/route.ts";
import { productSheets, selectStores } from "../catalog/index.ts";
import { loadContacts } from "../contacts/index.ts";
import { fieldNotAsked, sampleNotFound } from "./errors.ts";
import * as samples from "./sample-queries.ts";
import { drawSample, FIELDS } from "./samples.ts";

/** Samples that people review: drawn, looked at one by one, and what they showed over time. */
export function sampleRoutes(app: FastifyInstance, deps: Deps): void {
  const { sql: db, clock } = deps.ports;
  const views = async (workspace: Id, rows: readonly samples.SampleRow[]): Promise<contract.Sample[]> => {
    const said = Map.groupBy(await samples.selectVerdicts(db, { workspace, samples: rows.map((row) => row.id) }), (one) => one.sample);
    return rows.map((row) => ({
      id: row.id,
      subject: row.subject,
      percent: row.percent,
      fields: row.fields,
      of: row.of,
      drawn: row.drawn,
      reviewed: row.reviewed,
      strata: Object.keys(row.strata).length,
      drawnAt: toIso(row.drawn_at),
      drawnBy: row.drawn_by,
      endedAt: row.ended_at === null ? null : toIso(row.ended_at),
      rates: errorRates(row.fields, said.get(row.id) ?? []),
    }));
  };
  const one = async (workspace: Id, id: Id): Promise<samples.SampleRow> => {
    const [row] = await samples.selectSamples(db, { workspace, id });
    if (!row) throw sampleNotFound({ id });
    return row;
  };
  route(app, contract.listSamples, async ({ actor: { workspace } }) => ({
    items: await views(workspace, await samples.selectSamples(db, { workspace })),
    fields: { contacts: [...FIELDS.contacts], products: [...FIELDS.products] },
  }));
  route(app, contract.makeSample, async ({ actor, body }) => {
    const id = await drawSample(deps, { actor, subject: body.subject, percent: body.percent, fields: body.fields ?? FIELDS[body.subject] });
    return (await views(actor.workspace, [await one(actor.workspace, id)]))[0]!;
  });
  route(app, contract.sampleItem, async ({ actor: { workspace }, params, query }) => {
    const sample = await one(workspace, params.id);
    const item = await samples.selectItem(db, { workspace, sample: params.id, place: query.place ?? null });
    if (item === null) return { item: null };
    const values =
      sample.subject === "contacts"
        ? await contactValues(deps, workspace, item.subject_id, sample.fields)
        : await productValues(deps, workspace, item, sample.fields);
    return {
      item: {
        place: item.place,
        subject: item.subject_id,
        title: values.title,
        gone: values.gone,
        fields: sample.fields.map((field) => ({ field, value: values.of[field] ?? null })),
        verdicts: item.verdicts,
      },
    };
  });
  route(app, contract.reviewItem, async ({ actor, params, body }) => {
    const sample = await one(actor.workspace, params.id);
    const strange = Object.keys(body.verdicts).find((field) => !sample.fields.includes(field));
    if (strange !== undefined) throw fieldNotAsked({ field: strange }, { field: "verdicts" });
    const there = await db.transaction((tx) =>
      samples.writeVerdicts(tx, {
        workspace: actor.workspace,
        sample: params.id,
        place: body.place,
        verdicts: body.verdicts as Record<string, FieldVerdict>,
        by: actor.name,
        now: clock.now(),
      }),
    );
    if (!there) throw sampleNotFound({ id: params.id }, { field: "place" });
    return (await views(actor.workspace, [await one(actor.workspace, params.id)]))[0]!;
  });
}

interface Values {
  readonly title: string;
  readonly gone: boolean;
  readonly of: Readonly<Record<string, string | null>>;
}

async function contactValues(deps: Deps, workspace: Id, id: Id, fields: readonly string[]): Promise<Values> {
  const contact = (await loadContacts(deps.ports.sql, { workspace, ids: [id] })).get(id);
  if (!contact) return { title: id, gone: true, of: {} };
  const value = (field: string) => (field.startsWith("attributes.") ? contact.attributes[field.slice(11)] : contact.columns[field]);
  const shown = (field: string): string | null => {
    const held = value(field);
    return held === undefined || held === null ? null : typeof held === "string" ? held : JSON.stringify(held);
  };
  const name = [contact.columns["first_name"], contact.columns["last_name"]].filter((part) => typeof part === "string").join(" ");
  return { title: name || (shown("email") ?? id), gone: false, of: Object.fromEntries(fields.map((field) => [field, shown(field)])) };
}

async function productValues(deps: Deps, workspace: Id, item: samples.ItemRow, fields: readonly string[]): Promise<Values> {
  const [product] = await productSheets(deps.ports.sql, { workspace, ids: [item.subject_id] });
  if (!product) return { title: item.subject_id, gone: true, of: {} };
  const [storeId, language] = item.stratum.split(" ");
  const store = (await selectStores(deps.ports.sql, { workspace })).find((one) => one.id === storeId);
  const said = product.translations.find((one) => one.language.slice(0, 2) === language);
  const all: Record<string, string | null> = {
    title: said?.name ?? product.name,
    description: said?.description ?? product.description,
    link: said?.url ?? product.url,
    image: said?.imageUrl ?? product.imageUrl,
    price: product.prices.some((one) => one.store === storeId) || product.price ? "✓" : null,
  };
  return {
    title: `${product.name} · ${store?.name ?? ""} · ${language}`,
    gone: false,
    of: Object.fromEntries(fields.map((field) => [field, all[field] ?? null])),
  };
}

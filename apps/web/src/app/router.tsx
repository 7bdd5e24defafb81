import type { SendState } from "@relance/contract/delivery";
import { CODE_KINDS, type CodeKind } from "@relance/model/code";
import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Outlet, redirect } from "@tanstack/react-router";
import { isRefused } from "../api/client.ts";
import { Missing, PageFailed, Shell } from "./shell.tsx";
import { meQuery } from "./session.tsx";
import { queries } from "./queries.ts";

// Spelled here: the contract itself stays out of the first file a browser loads.
const SEND_STATES: readonly SendState[] = ["waiting", "claimed", "handing", "held", "accepted", "skipped", "failed", "uncertain"];
const text = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);

const root = createRootRoute({ component: Outlet, notFoundComponent: Missing, errorComponent: PageFailed });
const start = createRoute({
  getParentRoute: () => root,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/home" });
  },
});
const signIn = createRoute({
  getParentRoute: () => root,
  path: "sign-in",
  validateSearch: (search: Record<string, unknown>): { to?: string } => ({
    ...(text(search.to) !== undefined && { to: text(search.to)! }),
  }),
  component: lazyRouteComponent(() => import("../features/sign-in/route.tsx"), "SignInPage"),
});
const setup = createRoute({
  getParentRoute: () => root,
  path: "setup",
  validateSearch: (search: Record<string, unknown>): { token?: string } => ({
    ...(text(search.token) !== undefined && { token: text(search.token)! }),
  }),
  component: lazyRouteComponent(() => import("../features/sign-in/route.tsx"), "SetupPage"),
});

/** Everything that needs someone signed in. */
const inside = createRoute({
  getParentRoute: () => root,
  id: "inside",
  component: Shell,
  errorComponent: PageFailed,
  beforeLoad: async ({ location }) => {
    try {
      await queries.ensureQueryData(meQuery);
    } catch (error) {
      if (isRefused(error, 401)) throw redirect({ to: "/sign-in", search: { to: location.href } });
      throw error;
    }
  },
});

// One lazy file per feature; each page is one of its exports.
const home = createRoute({
  getParentRoute: () => inside,
  path: "home",
  component: lazyRouteComponent(() => import("../features/home/route.tsx"), "HomePage"),
});
const contacts = createRoute({
  getParentRoute: () => inside,
  path: "contacts",
  validateSearch: (search: Record<string, unknown>): { search?: string; add?: true } => ({
    ...(text(search.search) !== undefined && { search: text(search.search)! }),
    ...(search.add === true && { add: true }),
  }),
  component: lazyRouteComponent(() => import("../features/contacts/route.tsx"), "ContactsPage"),
});
const contactsStart = createRoute({
  getParentRoute: () => contacts,
  path: "/",
  component: lazyRouteComponent(() => import("../features/contacts/route.tsx"), "NoContact"),
});
const contact = createRoute({
  getParentRoute: () => contacts,
  path: "$contact",
  component: lazyRouteComponent(() => import("../features/contacts/route.tsx"), "ContactPage"),
});
const conflicts = createRoute({
  getParentRoute: () => inside,
  path: "conflicts",
  component: lazyRouteComponent(() => import("../features/contacts/conflicts.tsx"), "ConflictsPage"),
});
const segments = createRoute({
  getParentRoute: () => inside,
  path: "segments",
  component: lazyRouteComponent(() => import("../features/segments/route.tsx"), "SegmentsPage"),
});
const newSegment = createRoute({
  getParentRoute: () => inside,
  path: "segments/new",
  component: lazyRouteComponent(() => import("../features/segments/editor.tsx"), "NewSegmentPage"),
});
const newSqlSegment = createRoute({
  getParentRoute: () => inside,
  path: "segments/new-sql",
  component: lazyRouteComponent(() => import("../features/segments/sql-editor.tsx"), "NewSqlSegmentPage"),
});
const segment = createRoute({
  getParentRoute: () => inside,
  path: "segments/$segment",
  component: lazyRouteComponent(() => import("../features/segments/editor.tsx"), "SegmentPage"),
});
const readiness = createRoute({
  getParentRoute: () => inside,
  path: "readiness",
  component: lazyRouteComponent(() => import("../features/readiness/route.tsx"), "ReadinessPage"),
});
const catalog = createRoute({
  getParentRoute: () => inside,
  path: "catalog",
  component: lazyRouteComponent(() => import("../features/catalog/route.tsx"), "CatalogPage"),
});
const catalogPart = createRoute({
  getParentRoute: () => inside,
  path: "catalog/$part",
  component: lazyRouteComponent(() => import("../features/catalog/route.tsx"), "CatalogPage"),
});
const product = createRoute({
  getParentRoute: () => inside,
  path: "catalog/products/$product",
  component: lazyRouteComponent(() => import("../features/catalog/route.tsx"), "ProductPage"),
});
const objects = createRoute({
  getParentRoute: () => inside,
  path: "catalog/objects/$type",
  component: lazyRouteComponent(() => import("../features/catalog/route.tsx"), "ObjectsPage"),
});
const order = createRoute({
  getParentRoute: () => inside,
  path: "catalog/orders/$order",
  component: lazyRouteComponent(() => import("../features/catalog/route.tsx"), "OrderPage"),
});
const productSheets = createRoute({
  getParentRoute: () => inside,
  path: "readiness/products",
  component: lazyRouteComponent(() => import("../features/readiness/products.tsx"), "ProductsPage"),
});
const signUpPoints = createRoute({
  getParentRoute: () => inside,
  path: "readiness/sign-up",
  component: lazyRouteComponent(() => import("../features/readiness/points.tsx"), "PointsPage"),
});
const samples = createRoute({
  getParentRoute: () => inside,
  path: "readiness/samples",
  component: lazyRouteComponent(() => import("../features/readiness/samples.tsx"), "SamplesPage"),
});
const cleaning = createRoute({
  getParentRoute: () => inside,
  path: "readiness/cleaning",
  validateSearch: (search: Record<string, unknown>): { code?: string } => ({
    ...(text(search.code) !== undefined && { code: text(search.code)! }),
  }),
  component: lazyRouteComponent(() => import("../features/readiness/cleaning.tsx"), "CleaningPage"),
});
const value = createRoute({
  getParentRoute: () => inside,
  path: "value",
  component: lazyRouteComponent(() => import("../features/value/route.tsx"), "ValuePage"),
});
const journeys = createRoute({
  getParentRoute: () => inside,
  path: "journeys",
  component: lazyRouteComponent(() => import("../features/journeys/route.tsx"), "JourneysPage"),
});
const newJourney = createRoute({
  getParentRoute: () => inside,
  path: "journeys/new",
  component: lazyRouteComponent(() => import("../features/journeys/guided/begin.tsx"), "NewJourneyPage"),
});
const moving = createRoute({
  getParentRoute: () => inside,
  path: "journeys/import",
  component: lazyRouteComponent(() => import("../features/journeys/moving/moving.tsx"), "MovingPage"),
});
const guided = createRoute({
  getParentRoute: () => inside,
  path: "journeys/$journey/guided",
  validateSearch: (search: Record<string, unknown>): { part?: string } => ({
    ...(text(search.part) !== undefined && { part: text(search.part)! }),
  }),
  component: lazyRouteComponent(() => import("../features/journeys/guided/guided.tsx"), "GuidedPage"),
});
const journey = createRoute({
  getParentRoute: () => inside,
  path: "journeys/$journey",
  validateSearch: (search: Record<string, unknown>): { step?: string; tab?: string } => ({
    ...(text(search.step) !== undefined && { step: text(search.step)! }),
    ...(text(search.tab) !== undefined && { tab: text(search.tab)! }),
  }),
  component: lazyRouteComponent(() => import("../features/journeys/editor.tsx"), "JourneyPage"),
});
const rehearsal = createRoute({
  getParentRoute: () => inside,
  path: "journeys/$journey/rehearsal",
  component: lazyRouteComponent(() => import("../features/rehearsals/route.tsx"), "RehearsalPage"),
});
const library = createRoute({
  getParentRoute: () => inside,
  path: "journeys/library",
  component: lazyRouteComponent(() => import("../features/library/route.tsx"), "LibraryPage"),
});
const libraryEntry = createRoute({
  getParentRoute: () => inside,
  path: "journeys/library/$entry",
  component: lazyRouteComponent(() => import("../features/library/entry.tsx"), "LibraryEntryPage"),
});
const templates = createRoute({
  getParentRoute: () => inside,
  path: "templates",
  component: lazyRouteComponent(() => import("../features/templates/route.tsx"), "TemplatesPage"),
});
const forms = createRoute({
  getParentRoute: () => inside,
  path: "forms",
  component: lazyRouteComponent(() => import("../features/forms/route.tsx"), "FormsPage"),
});
const form = createRoute({
  getParentRoute: () => inside,
  path: "forms/$form",
  component: lazyRouteComponent(() => import("../features/forms/editor.tsx"), "FormPage"),
});
const template = createRoute({
  getParentRoute: () => inside,
  path: "templates/$template",
  component: lazyRouteComponent(() => import("../features/templates/editor.tsx"), "TemplatePage"),
});
const exports = createRoute({
  getParentRoute: () => inside,
  path: "exports",
  component: lazyRouteComponent(() => import("../features/exports/route.tsx"), "ExportsPage"),
});
const imports = createRoute({
  getParentRoute: () => inside,
  path: "imports",
  component: lazyRouteComponent(() => import("../features/imports/route.tsx"), "ImportsPage"),
});
const oneImport = createRoute({
  getParentRoute: () => inside,
  path: "imports/$import",
  component: lazyRouteComponent(() => import("../features/imports/one.tsx"), "ImportPage"),
});
const sources = createRoute({
  getParentRoute: () => inside,
  path: "sources",
  component: lazyRouteComponent(() => import("../features/sources/route.tsx"), "SourcesPage"),
});
const liveSources = createRoute({
  getParentRoute: () => inside,
  path: "sources/live",
  component: lazyRouteComponent(() => import("../features/sources/route.tsx"), "LivePage"),
});
const newShop = createRoute({
  getParentRoute: () => inside,
  path: "sources/shops/new",
  component: lazyRouteComponent(() => import("../features/sources/route.tsx"), "NewShopPage"),
});
const newSync = createRoute({
  getParentRoute: () => inside,
  path: "sources/syncs/new",
  component: lazyRouteComponent(() => import("../features/sources/route.tsx"), "NewSyncPage"),
});
const sync = createRoute({
  getParentRoute: () => inside,
  path: "sources/syncs/$sync",
  component: lazyRouteComponent(() => import("../features/sources/route.tsx"), "SyncPage"),
});
const shop = createRoute({
  getParentRoute: () => inside,
  path: "sources/shops/$shop",
  component: lazyRouteComponent(() => import("../features/sources/route.tsx"), "ShopPage"),
});
const source = createRoute({
  getParentRoute: () => inside,
  path: "sources/$source",
  component: lazyRouteComponent(() => import("../features/sources/route.tsx"), "SourcePage"),
});
const outbox = createRoute({
  getParentRoute: () => inside,
  path: "outbox",
  component: lazyRouteComponent(() => import("../features/outbox/route.tsx"), "OutboxPage"),
});
const outboxStart = createRoute({
  getParentRoute: () => outbox,
  path: "/",
  component: lazyRouteComponent(() => import("../features/outbox/route.tsx"), "NoMessage"),
});
const message = createRoute({
  getParentRoute: () => outbox,
  path: "$send",
  component: lazyRouteComponent(() => import("../features/outbox/route.tsx"), "MessagePage"),
});
const sends = createRoute({
  getParentRoute: () => inside,
  path: "sends",
  validateSearch: (search: Record<string, unknown>): { state?: SendState } =>
    SEND_STATES.includes(search.state as SendState) ? { state: search.state as SendState } : {},
  component: lazyRouteComponent(() => import("../features/sends/route.tsx"), "SendsPage"),
});
const send = createRoute({
  getParentRoute: () => inside,
  path: "sends/$send",
  component: lazyRouteComponent(() => import("../features/sends/send.tsx"), "SendPage"),
});
const settings = createRoute({
  getParentRoute: () => inside,
  path: "settings",
  component: lazyRouteComponent(() => import("../features/settings/route.tsx"), "SettingsPage"),
});
const settingsPart = createRoute({
  getParentRoute: () => inside,
  path: "settings/$part",
  validateSearch: (search: Record<string, unknown>): { kind?: CodeKind; id?: string } =>
    text(search.id) !== undefined && CODE_KINDS.includes(search.kind as CodeKind)
      ? { kind: search.kind as CodeKind, id: text(search.id)! }
      : {},
  component: lazyRouteComponent(() => import("../features/settings/route.tsx"), "SettingsPage"),
});

const tree = root.addChildren([
  start,
  signIn,
  setup,
  inside.addChildren([
    home,
    contacts.addChildren([contactsStart, contact]),
    conflicts,
    segments,
    newSegment,
    newSqlSegment,
    segment,
    readiness,
    productSheets,
    signUpPoints,
    samples,
    cleaning,
    value,
    catalog,
    catalogPart,
    product,
    order,
    objects,
    journeys,
    newJourney,
    moving,
    journey,
    guided,
    rehearsal,
    library,
    libraryEntry,
    templates,
    template,
    forms,
    form,
    imports,
    oneImport,
    exports,
    sources,
    liveSources,
    newShop,
    shop,
    newSync,
    sync,
    source,
    outbox.addChildren([outboxStart, message]),
    sends,
    send,
    settings,
    settingsPart,
  ]),
]);

export const router = createRouter({ routeTree: tree, defaultPreload: "intent", scrollRestoration: true });

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}

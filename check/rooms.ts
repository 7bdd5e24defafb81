/**
 * Who may import what: the rooms of ARCHITECTURE.md as rules of dependency-cruiser. The list of domains, lowest first, is the
 * check's input: a domain may import the doors of those before it.
 */
export const DOMAINS = [
  "team",
  "contacts",
  "catalog",
  "objects",
  "compliance",
  "ingest",
  "imports",
  "connectors",
  "syncs",
  "predictions",
  "messages",
  "segments",
  "computed",
  "audiences",
  "delivery",
  "tracking",
  "forms",
  "journeys",
  "library",
  "readiness",
  "code",
  "rehearsals",
  "exports",
  "rights",
  "reports",
  "demo",
] as const;

interface Rule {
  name: string;
  severity: "error";
  comment: string;
  from: { path?: string; pathNot?: string | string[] };
  to: { path?: string | string[]; pathNot?: string | string[]; circular?: boolean };
}

const rule = (name: string, comment: string, from: Rule["from"], to: Rule["to"]): Rule => ({ name, severity: "error", comment, from, to });
const domains = "^apps/server/src/domains";

export const RULES: Rule[] = [
  rule("no-cycles", "Data flows one way.", {}, { circular: true }),
  rule(
    "model-is-pure",
    "The meaning of the product knows no machine: only itself and the schema library.",
    { path: "^packages/model/src", pathNot: "\\.test\\.ts$" },
    { pathNot: ["^packages/model/src", "node_modules/zod"] },
  ),
  rule(
    "contract-knows-the-model-only",
    "The contract is shared by server, web and CLI.",
    { path: "^packages/contract/src", pathNot: "\\.test\\.ts$" },
    { pathNot: ["^packages/(model|contract)/src", "node_modules/zod"] },
  ),
  rule(
    "the-snippet-stands-alone",
    "A shop's page loads it: nothing but its own files.",
    { path: "^packages/snippet/src", pathNot: "\\.test\\.ts$" },
    { pathNot: "^packages/snippet/src" },
  ),
  rule(
    "web-talks-http",
    "The web app knows the model and the contract, never the server.",
    { path: "^apps/web" },
    { path: "^apps/(server|cli)" },
  ),
  rule(
    "cli-talks-http",
    "The CLI knows the model and the contract, never the server.",
    { path: "^apps/cli", pathNot: "\\.test\\.ts$" },
    { path: "^apps/(server|web)" },
  ),
  rule("ui-has-no-domain", "Buttons and tables know no feature.", { path: "^apps/web/src/ui" }, { path: "^apps/web/src/(features|api)" }),
  rule(
    "platform-has-no-domain",
    "The platform serves any domain.",
    { path: "^apps/server/src/platform", pathNot: "\\.test\\.ts$" },
    { path: ["^apps/server/src/domains", "^apps/server/src/(main|app|worker)\\.ts"] },
  ),
  rule(
    "a-domain-has-one-door",
    "Import another domain by its index.ts.",
    { path: `${domains}/([^/]+)/`, pathNot: "\\.test\\.ts$" },
    { path: `${domains}/[^/]+/`, pathNot: [`${domains}/$1/`, `${domains}/[^/]+/index\\.ts$`] },
  ),
  rule(
    "nobody-imports-the-top",
    "app, worker and main put everything together.",
    { path: "^apps/server/src/(domains|platform)", pathNot: "\\.test\\.ts$" },
    { path: "^apps/server/src/(main|app|worker)\\.ts" },
  ),
  rule(
    "only-delivery-opens-connections",
    "One gate to the outside.",
    { path: "^apps/server/src/domains", pathNot: `\\.test\\.ts$|${domains}/delivery/` },
    { path: ["^(node:)?(net|tls|dgram|http|https|http2)$", "node_modules/nodemailer"] },
  ),
  ...DOMAINS.map((name, place) =>
    rule(
      `${name}-looks-down`,
      "Lower domains never import higher ones; news travels upward as facts.",
      { path: `${domains}/${name}/`, pathNot: "\\.test\\.ts$" },
      { path: `${domains}/(${["", ...DOMAINS.slice(place + 1)].slice(1).join("|") || "-"})/` },
    ),
  ),
];

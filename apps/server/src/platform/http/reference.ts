/** A readable page over the OpenAPI document: no framework, works offline and under our content policy. */
export const referencePage = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Relance API</title>
<link rel="stylesheet" href="/api/docs/reference.css"></head>
<body><nav id="tags" aria-label="Sections"></nav><main><h1>Relance API</h1><p id="lead"></p><input id="find" type="search" placeholder="Find an operation" aria-label="Find an operation"><div id="operations"></div></main>
<script type="module" src="/api/docs/reference.js"></script></body></html>`;

export const REFERENCE_STYLE = `
:root{color-scheme:light dark;--ink:#12262b;--soft:#5a6d70;--sheet:#fff;--line:#dbe2df;--link:#0b5563;--tint:#f2f5f4}
@media (prefers-color-scheme:dark){:root{--ink:#e9f0ef;--soft:#93a6a8;--sheet:#131f22;--line:#25363a;--link:#7fcdd9;--tint:#0c1517}}
*{box-sizing:border-box}body{margin:0;display:grid;grid-template-columns:212px 1fr;font:14px/20px system-ui,sans-serif;color:var(--ink);background:var(--sheet)}
nav{position:sticky;top:0;height:100vh;overflow:auto;background:var(--tint);padding:24px 16px}nav a{display:block;padding:4px 8px;color:inherit;text-decoration:none;border-radius:6px}nav a:hover{text-decoration:underline}
main{padding:24px 32px;max-width:960px;min-width:0}h1{font-size:24px;margin:0 0 8px}h2{font-size:17px;margin:32px 0 8px;border-bottom:1px solid var(--line);padding-bottom:8px}
input{width:100%;padding:8px 12px;font:inherit;color:inherit;background:var(--sheet);border:1px solid #7d8d8b;border-radius:6px}
details{border-bottom:1px solid var(--line)}summary{padding:8px 0;cursor:pointer}summary b{font:600 12px/16px ui-monospace,monospace;display:inline-block;width:64px;color:var(--link)}summary code{margin-right:12px}
summary span{color:var(--soft)}pre{background:var(--tint);padding:12px;border-radius:8px;overflow:auto;font:12px/18px ui-monospace,monospace}p{color:var(--soft);max-width:46em}
@media (max-width:760px){body{grid-template-columns:1fr}nav{position:static;height:auto}summary span{display:block}}`;

export const REFERENCE_SCRIPT = `
const answer = await (await fetch("/api/openapi.json")).json();
const make = (name, text, more = {}) => Object.assign(document.createElement(name), { textContent: text ?? "", ...more });
const resolve = (schema, depth = 0) => {
  if (!schema || depth > 6) return "…";
  if (schema.$ref) return resolve(schema.$ref.split("/").slice(1).reduce((at, key) => at?.[key], answer), depth + 1);
  const many = schema.anyOf ?? schema.oneOf;
  if (many) return [...new Set(many.map((one) => JSON.stringify(resolve(one, depth + 1))))].map((text) => JSON.parse(text)).slice(0, 8).join?.call(many.map((one) => { const r = resolve(one, depth + 1); return typeof r === "string" ? r : JSON.stringify(r); }).slice(0, 8), " | ");
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.type === "array") return [resolve(schema.items, depth + 1)];
  if (schema.properties) return Object.fromEntries(Object.entries(schema.properties).map(([key, value]) => [(schema.required ?? []).includes(key) ? key : key + "?", resolve(value, depth + 1)]));
  return [schema.type, schema.format].flat().filter(Boolean).join(", ") || "any";
};
document.getElementById("lead").textContent = answer.info.description;
const list = document.getElementById("operations");
const tags = new Map();
for (const [path, methods] of Object.entries(answer.paths)) for (const [method, operation] of Object.entries(methods)) {
  const tag = operation.tags?.[0] ?? "Other";
  if (!tags.has(tag)) tags.set(tag, []);
  tags.get(tag).push({ path, method, operation });
}
for (const [tag, operations] of tags) {
  document.getElementById("tags").append(make("a", tag, { href: "#" + encodeURIComponent(tag) }));
  const section = make("section");
  section.append(make("h2", tag, { id: encodeURIComponent(tag) }));
  for (const { path, method, operation } of operations) {
    const details = make("details");
    const summary = make("summary");
    summary.append(make("b", method.toUpperCase()), make("code", path), make("span", operation.summary ?? ""));
    details.append(summary);
    details.addEventListener("toggle", () => {
      if (details.childElementCount > 1) return;
      details.append(make("p", operation.description ?? ""));
      const show = (title, value) => { if (value !== undefined) details.append(make("strong", title), make("pre", JSON.stringify(value, null, 2))); };
      const parameters = Object.fromEntries((operation.parameters ?? []).map((one) => [one.name + (one.required ? "" : "?") + " (" + one.in + ")", resolve(one.schema)]));
      if (Object.keys(parameters).length > 0) show("Parameters", parameters);
      show("Body", operation.requestBody && resolve(Object.values(operation.requestBody.content)[0].schema));
      const [status, response] = Object.entries(operation.responses ?? {})[0] ?? [];
      if (status) show("Answer " + status, response.content ? resolve(Object.values(response.content)[0].schema) : response.description);
    });
    section.append(details);
  }
  list.append(section);
}
document.getElementById("find").addEventListener("input", (event) => {
  const words = event.target.value.toLowerCase();
  for (const details of list.querySelectorAll("details")) details.hidden = !details.textContent.toLowerCase().includes(words);
});
`;

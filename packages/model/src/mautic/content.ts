import type { TemplateToMake } from "../flows/place.ts";
import { text, type Json } from "../flows/place.ts";
import { attributeOf } from "./conditions.ts";

const PLACES: Readonly<Record<string, string>> = {
  unsubscribe_url: "{{ unsubscribe_url }}",
  webview_url: "{{ view_url }}",
  resubscribe_url: "{{ renew_url }}",
  unsubscribe_text: '<a href="{{ unsubscribe_url }}">unsubscribe</a>',
  webview_text: '<a href="{{ view_url }}">view</a>',
};

/** Tokens of Mautic as Liquid: `{contactfield=firstname|friend}` and the links. Others are left to be seen. */
export function toLiquid(source: string): string {
  return source
    .replaceAll(/\{(?:contactfield|leadfield)=([\w-]+)(?:\|([^}]*))?\}/g, (_, alias: string, otherwise?: string) => {
      const name = `contact.${attributeOf(alias).replace(/^attributes\./, "")}`;
      return otherwise === undefined || otherwise === "" || otherwise === "true"
        ? `{{ ${name} }}`
        : `{{ ${name} | default: "${otherwise.replaceAll(/["{}]/g, "")}" }}`;
    })
    .replaceAll(/\{(unsubscribe_url|webview_url|resubscribe_url|unsubscribe_text|webview_text)\}/g, (_, name: string) => PLACES[name]!);
}

/** The template of an e-mail in the file, body and all; of one that is not there the name only. */
export function emailTemplate(key: string, email: Json | undefined, fallback: string, of: TemplateToMake["class"]): TemplateToMake {
  const html = toLiquid(text(email?.["custom_html"]) || text(email?.["customHtml"]));
  return {
    key,
    name: (text(email?.["name"]) || fallback || "Mautic").slice(0, 120),
    subject: toLiquid(text(email?.["subject"])).slice(0, 500),
    preheader: toLiquid(text(email?.["preheader_text"]) || text(email?.["preheaderText"])).slice(0, 500),
    class: of,
    ...(html !== "" && html.length <= 500_000 && { body: { format: "html", source: html } }),
  };
}

export function textTemplate(key: string, message: Json | undefined, fallback: string): TemplateToMake {
  const said = toLiquid(text(message?.["message"]));
  return {
    key,
    name: (text(message?.["name"]) || fallback || "Mautic").slice(0, 120),
    subject: "",
    preheader: "",
    class: "marketing",
    channel: "sms",
    ...(said !== "" && { body: { format: "text", source: said.slice(0, 5_000) } }),
  };
}

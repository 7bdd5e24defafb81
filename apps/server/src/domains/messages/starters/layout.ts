/** What the starter designs share: one column, system fonts, generous white, one accent; reads well without images and in the dark. */
export interface Layout {
  readonly language: "fr" | "en";
  readonly title: string;
  readonly body: string;
  /** It answers what its reader asked for: no way out and no reason are shown. */
  readonly answers?: boolean;
}

const WORDS = {
  fr: {
    view: "Voir ce message dans votre navigateur",
    leave: "Se désinscrire",
    why: "Vous recevez ce message parce que vous avez accepté de recevoir nos nouvelles.",
  },
  en: {
    view: "View this message in your browser",
    leave: "Unsubscribe",
    why: "You receive this message because you agreed to hear from us.",
  },
};

export function layout({ language, title, body, answers = false }: Layout): string {
  const words = WORDS[language];
  return `<mjml lang="${language}">
  <mj-head>
    <mj-title>${title}</mj-title>
    <mj-attributes>
      <mj-all font-family="-apple-system, 'Segoe UI', Helvetica, Arial, sans-serif" />
      <mj-text font-size="16px" line-height="26px" color="#26393d" padding="8px 32px" />
      <mj-button background-color="#0d3f4a" color="#ffffff" font-size="16px" font-weight="600" inner-padding="14px 28px" border-radius="6px" align="left" padding="16px 32px" />
      <mj-section background-color="#ffffff" padding="0" />
      <mj-class name="title" font-size="28px" line-height="36px" font-weight="700" color="#12262b" />
      <mj-class name="small" font-size="13px" line-height="20px" color="#5a6d70" />
    </mj-attributes>
    <mj-style>
      @media (prefers-color-scheme: dark) { .page { background-color: #131f22 !important; } }
      a { color: #0b5563; }
    </mj-style>
  </mj-head>
  <mj-body background-color="#f2f5f4" width="600px" css-class="page">
    <mj-section background-color="#f2f5f4" padding="24px 0 12px">
      <mj-column><mj-text font-size="18px" font-weight="700" color="#0d3f4a">{{ store.name }}</mj-text></mj-column>
    </mj-section>
    <mj-section border-top="4px solid #0d3f4a" padding="24px 0 32px"><mj-column>
      ${body}
    </mj-column></mj-section>
    <mj-section background-color="#f2f5f4" padding="16px 0 40px"><mj-column>
      <mj-text mj-class="small">${answers ? "" : `${words.why}<br />`}{{ workspace.name }}{% if workspace.postal_address != "" %} · {{ workspace.postal_address }}{% endif %}</mj-text>${
        answers
          ? ""
          : `
      <mj-text mj-class="small"><a href="{{ view_url }}" style="color:#5a6d70">${words.view}</a> · <a href="{{ unsubscribe_url }}" style="color:#5a6d70">${words.leave}</a></mj-text>`
      }
    </mj-column></mj-section>
  </mj-body>
</mjml>`;
}

export const title = (text: string) =>
  `<mj-text mj-class="title" padding="8px 32px 4px"><h1 style="margin:0;font-size:28px;line-height:36px">${text}</h1></mj-text>`;
export const paragraph = (text: string) => `<mj-text>${text}</mj-text>`;
export const button = (href: string, text: string) => `<mj-button href="${href}">${text}</mj-button>`;
export const rule = `<mj-divider border-width="1px" border-color="#dbe2df" padding="16px 32px"></mj-divider>`;

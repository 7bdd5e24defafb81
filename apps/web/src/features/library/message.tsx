import type { LibraryDetail } from "@relance/contract/library";
import { previewContent } from "@relance/contract/messages";
import { smsSize } from "@relance/model/messages";
import { useQuery } from "@tanstack/react-query";
import { ask } from "../../api/client.ts";
import { useWords } from "../../i18n/words.ts";
import { Waiting } from "../../ui/page.tsx";
import { libraryWords } from "./words.ts";

/** A message as a reader with sample data would get it; a stranger's HTML stays in a frame without scripts and without our origin. */
export function LibraryMessage({
  message,
  language,
}: {
  readonly message: LibraryDetail["messages"][number];
  readonly language: "fr" | "en";
}) {
  const say = useWords(libraryWords);
  const { data, error } = useQuery({
    ...ask(previewContent, { body: { content: message.content, class: "marketing", language } }),
    retry: false,
  });
  if (error)
    return (
      <div className="call" data-kind="review">
        {say.noPreview}
      </div>
    );
  if (!data) return <Waiting lines={6} />;
  if (message.channel === "sms")
    return (
      <div className="stack">
        <div className="sms-bubble">{data.text}</div>
        <Size text={data.text} />
      </div>
    );
  return (
    <>
      <div>
        <b>{data.subject}</b>
        <div className="small soft">{data.preheader}</div>
      </div>
      <iframe className="mail-frame" title={say.frame} sandbox="" srcDoc={data.html} />
    </>
  );
}

function Size({ text }: { readonly text: string }) {
  const say = useWords(libraryWords);
  const { units, segments } = smsSize(text);
  return <span className="small faint">{say.characters(units, segments)}</span>;
}

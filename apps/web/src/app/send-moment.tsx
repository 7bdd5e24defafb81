import type { SendRow } from "@relance/contract/delivery";
import { Link } from "@tanstack/react-router";
import { useFormats } from "../i18n/language.tsx";
import { useWords } from "../i18n/words.ts";
import { useNow } from "../ui/now.ts";
import { Moment, type Sign } from "../ui/thread.tsx";
import { sendWords } from "./send-words.ts";

const SEND_SIGNS: Readonly<Record<SendRow["state"], Sign>> = {
  waiting: "past",
  held: "past",
  claimed: "past",
  handing: "now",
  accepted: "good",
  skipped: "not",
  failed: "bad",
  uncertain: "bad",
};

/** The reason of a send in words; its code when we have none. */
export function useReason(): (code: string | null) => string | null {
  const say = useWords(sendWords);
  return (code) => (code === null ? null : ((say.reasons as Readonly<Record<string, string>>)[code] ?? code));
}

/** One send in a line of time. */
export function SendMoment({ send }: { readonly send: SendRow }) {
  const say = useWords(sendWords);
  const reason = useReason()(send.reason);
  const { moment } = useFormats();
  const now = useNow();
  return (
    <Moment
      sign={SEND_SIGNS[send.state]}
      title={
        <Link className="num" to="/contacts/$contact" params={{ contact: send.contact }}>
          {say.states[send.state]}
        </Link>
      }
      at={moment(send.endedAt ?? send.createdAt, now)}
    >
      {[send.address === null ? null : say.to(send.address), reason].filter((part) => part !== null).join(", ")}
    </Moment>
  );
}

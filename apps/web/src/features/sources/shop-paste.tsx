import type { Connection } from "@relance/contract/connectors";
import { useWords } from "../../i18n/words.ts";
import { Code } from "./install.tsx";
import { shopWords } from "./shop-words.ts";

/** What to paste where in the shop's admin. `secret` is there only while it can be shown. */
export function Paste({ shop, secret }: { readonly shop: Connection; readonly secret: string | null }) {
  const say = useWords(shopWords);
  const [address, ...more] = Object.values(say.paste[shop.shop]);
  const withSecret = shop.shop !== "shopify";
  const rest = withSecret ? more.slice(1) : more;
  return (
    <ol className="steps">
      <li>
        <p style={{ marginBottom: 10 }}>{address}</p>
        <Code text={shop.webhookUrl} />
      </li>
      {withSecret && (
        <li>
          {secret === null ? (
            <p className="soft">{say.secretKept}</p>
          ) : (
            <>
              <p style={{ marginBottom: 10 }}>{more[0]}</p>
              <Code text={secret} />
            </>
          )}
        </li>
      )}
      {rest.map((line) => (
        <li key={line}>
          <p>{line}</p>
        </li>
      ))}
    </ol>
  );
}

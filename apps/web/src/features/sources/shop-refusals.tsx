import { Button } from "@mantine/core";
import { listShopRefusals, retryShopRefusal, type Connection } from "@relance/contract/connectors";
import { useQuery } from "@tanstack/react-query";
import { ask, useChange } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useFormats } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { useNow } from "../../ui/now.ts";
import { Part } from "../../ui/page.tsx";
import { shopWords } from "./shop-words.ts";

/** What could not be read, with its reason and its content, to be tried again. */
export function Refusals({ shop }: { readonly shop: Connection }) {
  const say = useWords(shopWords);
  const { ago } = useFormats();
  const now = useNow();
  const { data } = useQuery(ask(listShopRefusals, { params: { id: shop.id } }, true));
  const retry = useChange(retryShopRefusal);
  const items = data?.items ?? [];
  if (items.length === 0 && retry.data === undefined) return null;
  return (
    <Part title={say.refusals}>
      <p className="soft" style={{ marginBottom: 10 }}>
        {say.refusalsText}
      </p>
      {retry.data && (
        <div className="call" data-kind={retry.data.outcome === "refused" ? "review" : "good"} role="status">
          {say.outcome[retry.data.outcome]}
        </div>
      )}
      <RefusalNote error={retry.error} />
      <table className="plain">
        <tbody>
          {items.slice(0, 50).map((one) => (
            <tr key={one.id}>
              <td>
                <b>{one.topic}</b> <span className="mono small">{one.reason}</span>
                <details className="small">
                  <summary>{say.show}</summary>
                  <pre className="shop-body" tabIndex={0}>
                    {JSON.stringify(one.body, null, 1)}
                  </pre>
                </details>
              </td>
              <td className="small soft wide">{ago(one.at, now)}</td>
              <td className="right">
                <Button
                  size="compact-sm"
                  variant="default"
                  disabled={retry.isPending}
                  onClick={() => retry.mutate({ params: { id: shop.id }, body: { refusal: one.id } })}
                >
                  {say.tryAgain}
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Part>
  );
}

import { Button, Select, TextInput } from "@mantine/core";
import { addSuppression, liftSuppression, listSuppressions } from "@relance/contract/compliance";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { askPages, useChange } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useSession } from "../../app/session.tsx";
import { useFormats } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { Waiting } from "../../ui/page.tsx";
import { privacyWords } from "./privacy-words.ts";

/** The addresses nothing is sent to; one is found, or allowed again, only by typing it whole. */
export function Exclusions() {
  const say = useWords(privacyWords);
  const { day } = useFormats();
  const { workspace } = useSession();
  const [address, setAddress] = useState("");
  // Shorter than an address can be, the search is not asked at all.
  const asked = address.trim().length >= 5 ? { address: address.trim() } : {};
  const list = useInfiniteQuery(
    askPages(listSuppressions, (after) => ({ query: { ...asked, ...(after !== undefined && { after }), limit: 50 } })),
  );
  const lift = useChange(liftSuppression);
  const rows = list.data?.pages.flatMap((one) => one.items) ?? [];
  const approves = workspace?.role === "approver" || workspace?.role === "admin";
  const empty = list.data && rows.length === 0;
  return (
    <div className="stack" style={{ maxWidth: 760, gap: 24 }}>
      <p className="soft">{say.exclusionsHelp}</p>
      <TextInput
        type="search"
        label={say.findAddress}
        maxLength={320}
        value={address}
        onChange={(event) => setAddress(event.currentTarget.value)}
        {...(approves && { description: say.liftHelp })}
      />
      <RefusalNote error={list.error ?? lift.error} />
      {list.isPending && <Waiting />}
      {empty && <p className="soft">{"address" in asked ? say.notFound : say.noExclusions}</p>}
      {rows.length > 0 && (
        <table className="plain">
          <tbody>
            {rows.map((one) => (
              <tr key={`${one.channel} ${one.hash}`}>
                <td>
                  <b>{one.masked ?? "…"}</b>
                  <div className="small soft">{one.channel === "email" ? say.email : one.channel.toUpperCase()}</div>
                </td>
                <td>
                  {say.reasons[one.reason]}
                  <div className="small soft">{day(one.suppressedAt)}</div>
                </td>
                <td className="right">
                  {one.liftedAt !== null && <span className="small soft">{say.lifted(day(one.liftedAt))}</span>}
                  {one.liftedAt === null && approves && "address" in asked && (
                    <Button
                      variant="subtle"
                      loading={lift.isPending}
                      onClick={() => lift.mutate({ body: { channel: one.channel as "email" | "sms" | "push", address: address.trim() } })}
                    >
                      {say.lift}
                    </Button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {list.hasNextPage && (
        <div>
          <Button variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            {say.more}
          </Button>
        </div>
      )}
      {workspace?.role !== "viewer" && <Exclude />}
    </div>
  );
}

function Exclude() {
  const say = useWords(privacyWords);
  const [channel, setChannel] = useState<"email" | "sms">("email");
  const [address, setAddress] = useState("");
  const add = useChange(addSuppression);
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault();
        add.mutate({ body: { channel, address } }, { onSuccess: () => setAddress("") });
      }}
    >
      <h2>{say.exclude}</h2>
      <div className="two">
        <Select
          label={say.channel}
          allowDeselect={false}
          value={channel}
          onChange={(value) => value !== null && setChannel(value as typeof channel)}
          data={[
            { value: "email", label: say.email },
            { value: "sms", label: "SMS" },
          ]}
        />
        <TextInput
          label={say.address}
          required
          minLength={3}
          maxLength={320}
          value={address}
          onChange={(event) => setAddress(event.currentTarget.value)}
        />
      </div>
      <RefusalNote error={add.error} />
      <div>
        <Button type="submit" loading={add.isPending}>
          {say.add}
        </Button>
      </div>
    </form>
  );
}

import { Button, Group, Modal, Textarea, TextInput } from "@mantine/core";
import {
  addCouponCodes,
  archiveCouponPool,
  listCouponPools,
  listGivenCoupons,
  type CouponPool,
  type GivenCoupon,
} from "@relance/contract/catalog";
import { IconSearch } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { ask, askPages, useChange } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useFormats } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { useNow } from "../../ui/now.ts";
import { Empty, Waiting } from "../../ui/page.tsx";
import { NewPool } from "../journeys/panels/steps/coupon-fields.tsx";
import { couponWords } from "./coupon-words.ts";
import { Frame } from "./frame.tsx";
import { More, useMayChange } from "./shared.tsx";

/** A list with fewer codes left than this is shown as running out. */
const LOW = 50;

/** Pools of discount codes: what is left and given; of the one chosen, who got which code and which were used. */
export function Coupons() {
  const say = useWords(couponWords);
  const may = useMayChange();
  const { data, error } = useQuery(ask(listCouponPools, {}));
  const [chosen, setChosen] = useState<string | null>(null);
  const [making, setMaking] = useState(false);
  const shown = data?.items.find((one) => one.id === chosen) ?? data?.items[0];
  return (
    <Frame part="coupons" actions={may && <Button onClick={() => setMaking(true)}>{say.newPool}</Button>}>
      {data && data.items.length > 0 && (
        <p className="soft" style={{ marginBottom: 16 }}>
          {say.help}
        </p>
      )}
      <RefusalNote error={error} />
      {!data && !error && <Waiting lines={5} />}
      {data?.items.length === 0 && <Empty title={say.none} text={`${say.help} ${say.noneText}`} />}
      {data && data.items.length > 0 && <Pools pools={data.items} shown={shown!.id} choose={setChosen} />}
      {shown && <Pool key={shown.id} pool={shown} />}
      <Modal opened={making} onClose={() => setMaking(false)} title={say.newPool}>
        {making && (
          <NewPool
            made={(id) => {
              setMaking(false);
              setChosen(id);
            }}
          />
        )}
      </Modal>
    </Frame>
  );
}

function Pools({
  pools,
  shown,
  choose,
}: {
  readonly pools: readonly CouponPool[];
  readonly shown: string;
  readonly choose: (id: string) => void;
}) {
  const say = useWords(couponWords);
  const { number } = useFormats();
  return (
    <table className="plain">
      <thead>
        <tr>
          <th>{say.pool}</th>
          <th className="right">{say.left}</th>
          <th className="right">{say.given}</th>
        </tr>
      </thead>
      <tbody>
        {pools.map((one) => (
          <tr key={one.id} aria-current={one.id === shown ? "true" : undefined}>
            <td>
              <button type="button" className="link-button" aria-pressed={one.id === shown} onClick={() => choose(one.id)}>
                <b>{one.name}</b>
              </button>
              <div className="tiny faint">
                {[one.prefix, one.validDays === null ? say.forever : say.days(one.validDays, number(one.validDays))]
                  .filter((part) => part !== "")
                  .join("\u2004·\u2004")}
              </div>
            </td>
            <td className="right">
              {one.kind === "generated" ? <span className="small soft">{say.endless}</span> : number(one.free)}
              {one.kind === "list" && one.free < LOW && <div className="tiny">{say.low}</div>}
            </td>
            <td className="right">{number(one.given)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Pool({ pool }: { readonly pool: CouponPool }) {
  const say = useWords(couponWords);
  const may = useMayChange();
  const archive = useChange(archiveCouponPool);
  const [adding, setAdding] = useState(false);
  const [search, setSearch] = useState("");
  const asked = search.trim();
  const list = useInfiniteQuery(
    askPages(listGivenCoupons, (after) => ({
      params: { id: pool.id },
      query: { limit: 50, ...(asked !== "" && { search: asked }), ...(after !== undefined && { after }) },
    })),
  );
  const rows = list.data?.pages.flatMap((one) => one.items);
  return (
    <section style={{ marginTop: 28 }}>
      <div className="row between wrap">
        <h2>{pool.name}</h2>
        {may && (
          <div className="row">
            {pool.kind === "list" && (
              <Button variant="default" onClick={() => setAdding(true)}>
                {say.add}
              </Button>
            )}
            <Button
              variant="subtle"
              title={say.archiveNote}
              loading={archive.isPending}
              onClick={() => archive.mutate({ params: { id: pool.id } })}
            >
              {say.archive}
            </Button>
          </div>
        )}
      </div>
      <RefusalNote error={list.error ?? archive.error} />
      {(pool.given > 0 || asked !== "") && (
        <div className="catalog-filters">
          <TextInput
            type="search"
            aria-label={say.find}
            placeholder={say.find}
            leftSection={<IconSearch size={16} stroke={1.5} />}
            value={search}
            onChange={(event) => setSearch(event.currentTarget.value)}
          />
        </div>
      )}
      {rows?.length === 0 && <p className="soft">{asked === "" ? say.noGiven : say.notFound}</p>}
      {rows && rows.length > 0 && (
        <table className="plain">
          <thead>
            <tr>
              <th>{say.code}</th>
              <th>{say.holder}</th>
              <th>{say.used}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((one) => (
              <Given key={one.id} coupon={one} />
            ))}
          </tbody>
        </table>
      )}
      <More list={list} />
      <Modal opened={adding} onClose={() => setAdding(false)} title={say.add}>
        {adding && <AddCodes pool={pool.id} close={() => setAdding(false)} />}
      </Modal>
    </section>
  );
}

function Given({ coupon }: { readonly coupon: GivenCoupon }) {
  const say = useWords(couponWords);
  const { day, moment } = useFormats();
  const now = useNow();
  const ended = coupon.expiresAt !== null && Date.parse(coupon.expiresAt) < now;
  return (
    <tr>
      <td>
        <b>{coupon.code}</b>
        {coupon.expiresAt !== null && <div className="tiny faint">{say.until(day(coupon.expiresAt))}</div>}
      </td>
      <td>
        {coupon.contactName === "" ? (
          <span className="soft">{say.erased}</span>
        ) : (
          <Link to="/contacts/$contact" params={{ contact: coupon.contact }}>
            {coupon.contactName}
          </Link>
        )}
        <div className="tiny faint">{moment(coupon.givenAt, now)}</div>
      </td>
      <td>
        {coupon.order ? (
          <>
            <Link to="/catalog/orders/$order" params={{ order: coupon.order.id }}>
              {coupon.order.externalId}
            </Link>
            <div className="tiny faint">{moment(coupon.order.placedAt, now)}</div>
          </>
        ) : (
          <span className="soft">{ended ? say.expired : say.notUsed}</span>
        )}
      </td>
    </tr>
  );
}

function AddCodes({ pool, close }: { readonly pool: string; readonly close: () => void }) {
  const say = useWords(couponWords);
  const { number } = useFormats();
  const add = useChange(addCouponCodes);
  const [text, setText] = useState("");
  const codes = text
    .split("\n")
    .map((one) => one.trim())
    .filter(Boolean);
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        add.mutate({ params: { id: pool }, body: { codes } }, { onSuccess: () => setText("") });
      }}
    >
      <Textarea
        label={say.add}
        description={say.addHelp}
        autosize
        minRows={5}
        maxRows={14}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        data-autofocus
      />
      {add.data && (
        <p role="status" className="small">
          {say.added(add.data.added, number(add.data.added))}
        </p>
      )}
      <RefusalNote error={add.error} />
      <Group justify="flex-end">
        <Button variant="default" onClick={close}>
          {say.cancel}
        </Button>
        <Button type="submit" disabled={codes.length === 0 || codes.length > 10_000} loading={add.isPending}>
          {say.save}
        </Button>
      </Group>
    </form>
  );
}

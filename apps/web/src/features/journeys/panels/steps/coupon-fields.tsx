import { Button, NativeSelect, NumberInput, Textarea, TextInput } from "@mantine/core";
import { createCouponPool, listCouponPools } from "@relance/contract/catalog";
import type { CouponStep, Step } from "@relance/model/journeys";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ask, useChange } from "../../../../api/client.ts";
import { RefusalNote } from "../../../../app/refusal-note.tsx";
import { useFormats } from "../../../../i18n/language.tsx";
import { useWords } from "../../../../i18n/words.ts";
import { kindWords } from "../../kind-words.ts";
import { panelWords } from "../panel-words.ts";

/** Which pool the code comes from; a new pool is made here. */
export function CouponFields({
  step,
  change,
  error,
}: {
  readonly step: CouponStep;
  readonly change: (step: Step) => void;
  readonly error: string | undefined;
}) {
  const say = useWords(kindWords);
  const { choose } = useWords(panelWords);
  const { number } = useFormats();
  const pools = useQuery(ask(listCouponPools, {})).data?.items ?? [];
  const [making, setMaking] = useState(false);
  const chosen = pools.find((one) => one.id === step.pool);
  return (
    <>
      <NativeSelect
        label={say.pool}
        error={error}
        value={step.pool ?? ""}
        data={[{ value: "", label: pools.length === 0 ? say.noPool : choose }, ...pools.map((one) => ({ value: one.id, label: one.name }))]}
        onChange={(event) => change({ ...step, pool: event.currentTarget.value || null })}
      />
      {chosen && (
        <p className="small soft">
          {chosen.kind === "list" ? say.freeLeft(number(chosen.free), number(chosen.given)) : say.givenSoFar(number(chosen.given))}
        </p>
      )}
      {making ? (
        <NewPool
          made={(pool) => {
            setMaking(false);
            change({ ...step, pool });
          }}
        />
      ) : (
        <button type="button" className="link-button small" onClick={() => setMaking(true)}>
          {say.newPool}
        </button>
      )}
      <p className="small soft">{say.couponNote}</p>
    </>
  );
}

/** Makes a pool of codes. */
export function NewPool({ made }: { readonly made: (pool: string) => void }) {
  const say = useWords(kindWords);
  const create = useChange(createCouponPool);
  const [pool, setPool] = useState({
    name: "",
    kind: "generated" as "generated" | "list",
    prefix: "",
    validDays: 30 as number | null,
    codes: "",
  });
  const codes =
    pool.kind === "list"
      ? pool.codes
          .split("\n")
          .map((one) => one.trim())
          .filter(Boolean)
      : [];
  const make = (): void =>
    create.mutate(
      {
        body: {
          name: pool.name.trim(),
          kind: pool.kind,
          prefix: pool.kind === "generated" ? pool.prefix : "",
          validDays: pool.validDays,
          codes,
        },
      },
      { onSuccess: ({ id }) => made(id) },
    );
  return (
    <section className="sub-part" aria-label={say.newPool}>
      <TextInput
        label={say.poolName}
        maxLength={200}
        value={pool.name}
        onChange={(event) => setPool({ ...pool, name: event.currentTarget.value })}
      />
      <NativeSelect
        label={say.poolKind}
        value={pool.kind}
        data={(["generated", "list"] as const).map((kind) => ({ value: kind, label: say.poolKinds[kind] }))}
        onChange={(event) => setPool({ ...pool, kind: event.currentTarget.value === "list" ? "list" : "generated" })}
      />
      {pool.kind === "generated" ? (
        <TextInput
          label={say.prefix}
          description={say.prefixHelp}
          maxLength={20}
          value={pool.prefix}
          onChange={(event) => setPool({ ...pool, prefix: event.currentTarget.value.toUpperCase().replace(/[^A-Z0-9-]/g, "") })}
        />
      ) : (
        <Textarea
          label={say.codes}
          autosize
          minRows={3}
          maxRows={10}
          value={pool.codes}
          onChange={(event) => setPool({ ...pool, codes: event.currentTarget.value })}
        />
      )}
      <NumberInput
        label={say.validDays}
        description={say.validHelp}
        min={1}
        max={3650}
        allowDecimal={false}
        value={pool.validDays ?? ""}
        onChange={(n) => setPool({ ...pool, validDays: n === "" ? null : Math.min(3650, Math.max(1, Math.round(Number(n) || 1))) })}
      />
      <Button
        variant="default"
        style={{ alignSelf: "flex-start" }}
        disabled={pool.name.trim() === "" || (pool.kind === "list" && codes.length === 0)}
        loading={create.isPending}
        onClick={make}
      >
        {say.make}
      </Button>
      <RefusalNote error={create.error} />
    </section>
  );
}

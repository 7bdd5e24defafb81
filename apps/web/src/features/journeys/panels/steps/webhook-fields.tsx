import { NativeSelect } from "@mantine/core";
import { listTemplates } from "@relance/contract/messages";
import { listWebhooks } from "@relance/contract/webhooks";
import type { Step, WebhookStep } from "@relance/model/journeys";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ask } from "../../../../api/client.ts";
import { useWords } from "../../../../i18n/words.ts";
import { StepPatience } from "../attention-fields.tsx";
import { kindWords } from "../../kind-words.ts";
import { panelWords } from "../panel-words.ts";

/** Whom the step calls, and what it tells. */
export function WebhookFields({
  step,
  change,
  error,
}: {
  readonly step: WebhookStep;
  readonly change: (step: Step) => void;
  readonly error: string | undefined;
}) {
  const say = useWords(kindWords);
  const panel = useWords(panelWords);
  const webhooks = useQuery(ask(listWebhooks, {})).data?.items;
  const bodies = (useQuery(ask(listTemplates, { query: { limit: 200 } })).data?.items ?? []).filter(
    (one) => one.channel === "webhook" || one.id === step.template,
  );
  const unnamed = step.webhook === null || webhooks?.every((one) => one.id !== step.webhook) === true;
  return (
    <>
      <NativeSelect
        label={say.webhook}
        error={unnamed ? error : undefined}
        value={step.webhook ?? ""}
        data={[
          { value: "", label: panel.choose },
          ...(webhooks ?? []).map((one) => ({ value: one.id, label: one.active ? one.name : `${one.name} (${say.webhookOff})` })),
        ]}
        onChange={(event) => change({ ...step, webhook: event.currentTarget.value || null })}
      />
      {webhooks?.length === 0 && (
        <Link className="small" to="/settings/$part" params={{ part: "webhooks" }}>
          {say.noWebhook}
        </Link>
      )}
      <NativeSelect
        label={say.body}
        error={unnamed ? undefined : error}
        value={step.template ?? ""}
        data={[
          { value: "", label: panel.choose },
          ...bodies.map((one) => ({ value: one.id, label: one.liveVersion === null ? `${one.name} (${panel.draft})` : one.name })),
        ]}
        onChange={(event) => change({ ...step, template: event.currentTarget.value || null })}
      />
      {step.template === null ? (
        <Link className="small" to="/templates">
          {say.writeBody}
        </Link>
      ) : (
        <Link className="small" to="/templates/$template" params={{ template: step.template }}>
          {panel.openTemplate}
        </Link>
      )}
      <StepPatience patience={step.patience} put={(patience) => change({ ...step, patience })} />
      <p className="tiny faint">{say.webhookNote}</p>
    </>
  );
}

import { isId } from "@relance/model/base";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Deps } from "../../../deps.ts";
import { CodedError } from "../../../platform/errors.ts";
import { formOf, readsForms } from "../../../platform/http/form.ts";
import { suppress } from "../../compliance/index.ts";
import { hookNotSigned } from "../errors.ts";
import { findSend } from "../find.ts";
import { takeText } from "./inbound.ts";
import { readLinkToken } from "../links.ts";
import { providerOfHook, type StoredTwilio } from "./provider-queries.ts";
import { twilioAccount } from "./providers.ts";
import { recordDelivery, settleSend } from "../sends.ts";
import { isSigned } from "../twilio/signature.ts";

const raw = { config: { raw: "news of text messages: signed with the provider's token" } };
/** Statuses after which the message was certainly taken. */
const TAKEN = ["accepted", "scheduled", "queued", "sending", "sent", "delivered", "undelivered", "read"];
/** Numbers that take no text, now or ever: an unknown handset, a landline. */
const DEAD_NUMBERS = ["30005", "30006", "21211", "21614"];

type HookRequest = FastifyRequest<{ Params: { provider: string }; Querystring: { send?: string } }>;
interface Told {
  readonly provider: StoredTwilio;
  readonly said: (name: string) => string;
}

/** Where Twilio tells what became of texts, and what people answer. Nothing is believed that is not signed. */
export function textHooks(app: FastifyInstance, deps: Deps): void {
  readsForms(app);
  app.post<{ Params: { provider: string }; Querystring: { send?: string } }>("/hooks/sms/:provider/status", raw, async (request, reply) => {
    await takeStatus(deps, await told(deps, request), request.query.send ?? "");
    return reply.status(204).send();
  });
  app.post<{ Params: { provider: string }; Querystring: { send?: string } }>("/hooks/sms/:provider", raw, async (request, reply) => {
    const { provider, said } = await told(deps, request);
    // With its own opt-out on, Twilio says so and has answered.
    const answer = await takeText(deps, provider, { id: said("MessageSid"), from: said("From"), body: said("Body") });
    const text =
      answer === null || said("OptOutType") !== ""
        ? ""
        : `<Message>${answer.replace(/[&<>]/g, (one) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[one]!)}</Message>`;
    return reply.type("text/xml; charset=utf-8").send(`<?xml version="1.0" encoding="UTF-8"?><Response>${text}</Response>`);
  });
}

/** @throws hook.not_signed */
async function told(deps: Deps, request: HookRequest): Promise<Told> {
  const provider = isId(request.params.provider) ? await providerOfHook(deps.ports.sql, { id: request.params.provider }) : null;
  const form = await formOf(request);
  const fields = [...(form ?? [])].flatMap(([name, value]) => (typeof value === "string" ? [[name, value] as const] : []));
  const given = request.headers["x-twilio-signature"];
  if (
    provider?.kind !== "twilio" ||
    typeof given !== "string" ||
    !isSigned(twilioAccount(provider, deps).token, `${deps.config.publicUrl}${request.url}`, fields, given)
  )
    throw hookNotSigned({});
  const values = new Map(fields);
  return { provider, said: (name) => (values.get(name) ?? "").replaceAll("\0", "").toWellFormed().slice(0, 1_600) };
}

/** Settles what was uncertain, notes what arrived, and keeps dead numbers from being texted again. */
async function takeStatus(deps: Deps, { provider, said }: Told, token: string): Promise<void> {
  const { sql, clock, chance } = deps.ports;
  const holder = readLinkToken(deps.secrets, "measure", token);
  const send = holder && (await findSend(sql, holder));
  if (!send || send.workspace !== provider.workspace) return;
  const status = said("MessageStatus");
  if (TAKEN.includes(status)) {
    await settleSend(sql, { workspace: send.workspace, id: send.id, as: "sent", now: clock.now(), chance }).catch((error: unknown) => {
      // The usual case: it was accepted long ago.
      if (!(error instanceof CodedError)) throw error;
    });
  }
  const delivery = status === "delivered" ? "delivered" : status === "undelivered" || status === "failed" ? "bounced" : null;
  if (delivery === null) return;
  await sql.transaction(async (tx) => {
    await recordDelivery(tx, { news: [{ contact: send.contact, send: send.id, delivery }] });
    if (delivery === "bounced" && DEAD_NUMBERS.includes(said("ErrorCode")) && send.address !== null)
      await suppress(tx, {
        now: clock.now(),
        secrets: deps.secrets,
        rows: [
          {
            workspace: send.workspace,
            channel: "sms",
            address: send.address,
            reason: "hard_bounce",
            detail: { send: send.id, code: said("ErrorCode") },
          },
        ],
      });
  });
}

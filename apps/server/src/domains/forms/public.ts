import { DAY, isId, SECOND } from "@relance/model/base";
import { localDate, usableZone } from "@relance/model/consent";
import { readAnswers, type AnswerFault, type FormContent } from "@relance/model/forms";
import { chooseLanguage } from "@relance/model/messages";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Deps } from "../../deps.ts";
import { addToCounters } from "../../platform/counters.ts";
import { formOf, readsForms } from "../../platform/http/form.ts";
import { recentLimit } from "../../platform/http/limit.ts";
import { networkOf } from "../../platform/http/server.ts";
import { phoneReader } from "../contacts/index.ts";
import { findSend, readLinkToken } from "../delivery/index.ts";
import { findWorkspace, type WorkspaceRecord } from "../team/index.ts";
import { isMachineAgent, isPrefetch } from "../tracking/index.ts";
import { askedOf, confirmSubmission } from "./confirm.ts";
import { counterOf, type NUMBERS } from "./forms.ts";
import { absentFormPage, againPage, confirmPage, expiredPage, refusedFormPage, sentPage, thanksPage, wordingsOf } from "./page-after.ts";
import { formPage, TRAP_INPUT } from "./page-form.ts";
import { formPolicy, type Look } from "./page.ts";
import { pageWords } from "./page-words.ts";
import { selectPublicForm, selectVersion, type FormRecord } from "./queries.ts";
import { askAgain, submitForm } from "./submit.ts";
import { againToken, readAgain, readShown, shownToken, type Shown } from "./tokens.ts";

const raw = { config: { raw: "sign-up forms: pages for everybody, and signed links in their mails" } };
/** Nobody reads a form and fills it in faster; what is older was left open, and its words may have changed. */
const SOONEST = 1.5 * SECOND;
const LONGEST = DAY;
/** Sendings from one network, so that an office can sign up but a machine cannot go on and on. */
const MOST_SENDINGS = 30;
const SENDINGS_WITHIN = 600 * SECOND;
const NO_FAULTS: ReadonlyMap<string, AnswerFault> = new Map();

/** The pages of forms. GET and HEAD change nothing but a count; what is sent is believed only once the address has answered. */
export function publicForms(app: FastifyInstance, deps: Deps): void {
  readsForms(app);
  const allow = recentLimit(MOST_SENDINGS, SENDINGS_WITHIN);
  app.get<{ Params: { form: string }; Querystring: Asking }>("/f/:form", raw, (request, reply) => show(deps, request, reply));
  app.post<{ Params: { form: string }; Querystring: Asking }>("/f/:form", raw, (request, reply) => take(deps, request, reply, allow));
  app.get<{ Params: { token: string } }>("/f/c/:token", raw, (request, reply) => confirmation(deps, request, reply, false));
  app.post<{ Params: { token: string } }>("/f/c/:token", raw, (request, reply) => confirmation(deps, request, reply, true));
}

interface Asking {
  readonly lang?: string;
  readonly embed?: string;
}
type FormRequest = FastifyRequest<{ Params: { form: string }; Querystring: Asking }>;
interface Opened {
  readonly form: FormRecord;
  readonly workspace: WorkspaceRecord;
  readonly content: FormContent;
}

async function open(deps: Deps, id: string, version?: number): Promise<Opened | null> {
  const db = deps.ports.sql;
  const form = isId(id) ? await selectPublicForm(db, { id }) : null;
  const content = form && (await selectVersion(db, { workspace: form.workspace_id, id: form.id, version: version ?? form.live_version! }));
  return form && content ? { form, content, workspace: await findWorkspace(db, { id: form.workspace_id }) } : null;
}

async function show(deps: Deps, request: FormRequest, reply: FastifyReply): Promise<FastifyReply> {
  const opened = await open(deps, request.params.form);
  if (!opened) return absent(deps, request, reply);
  const { form, content, workspace } = opened;
  if (request.method === "GET" && !isPrefetch(request.headers) && !isMachineAgent(request.headers["user-agent"]))
    await count(deps, form, "seen");
  const language = languageOf(request, content);
  const now = deps.ports.clock.now();
  const shown: Shown = {
    form: form.id,
    version: form.live_version!,
    language,
    id: deps.ports.chance.id(now),
    at: now,
    page: pageOf(request),
  };
  return answer(reply, lookOf(deps, workspace, content, language, request), 200, (look) =>
    formPage(look, {
      content,
      token: shownToken(deps.secrets, shown),
      action: actionOf(request),
      given: () => null,
      faults: NO_FAULTS,
      note: null,
    }),
  );
}

async function take(
  deps: Deps,
  request: FormRequest,
  reply: FastifyReply,
  allow: (who: string, now: number) => boolean,
): Promise<FastifyReply> {
  const body = await formOf(request);
  const given = (name: string) => {
    const value = body?.get(name);
    return typeof value === "string" && value.isWellFormed() ? value.replaceAll("\0", "") : null;
  };
  if (body?.has("again")) return again(deps, request, reply, given("again") ?? "");
  const shown = readShown(deps.secrets, given("page") ?? "");
  const opened = shown?.form === request.params.form ? await open(deps, shown.form, shown.version) : null;
  if (!shown || !opened)
    return isId(request.params.form) && (await open(deps, request.params.form))
      ? refused(deps, request, reply)
      : absent(deps, request, reply);
  const { form, content, workspace } = opened;
  const now = deps.ports.clock.now();
  const look = lookOf(deps, workspace, content, shown.language, request);
  const say = pageWords(shown.language);
  const showAgain = (status: number, faults: ReadonlyMap<string, AnswerFault>, note: string | null, token: Shown) =>
    answer(reply, look, status, (finished) =>
      formPage(finished, { content, token: shownToken(deps.secrets, token), action: actionOf(request), given, faults, note }),
    );
  const sent = (address: string) =>
    answer(reply, look, 200, (finished) =>
      sentPage(finished, { address, action: actionOf(request), again: againToken(deps.secrets, { form: form.id, id: shown.id }) }),
    );
  if (!allow(networkOf(request), now)) return showAgain(429, NO_FAULTS, say.tooMany, shown);
  if (given(TRAP_INPUT)) {
    // It is told what everybody is told.
    await count(deps, form, "robots");
    return sent((given("email") ?? "").slice(0, 254));
  }
  if (now - shown.at < SOONEST) return showAgain(422, NO_FAULTS, say.early, shown);
  if (now - shown.at > LONGEST) return showAgain(422, NO_FAULTS, say.stale, { ...shown, at: now, id: deps.ports.chance.id(now) });
  const read = readAnswers(content, given, {
    phone: phoneReader(workspace.time_zone),
    today: localDate(usableZone(workspace.time_zone), now),
  });
  if (!read.ok) return showAgain(422, read.faults, null, shown);
  const { asks } = await submitForm(deps, {
    form,
    content,
    shown,
    answers: read.answers,
    visitor: { ip: request.ip, agent: request.headers["user-agent"] ?? null },
  });
  return asks ? sent(read.answers.email) : answer(reply, look, 200, (finished) => thanksPage(finished, content));
}

async function again(deps: Deps, request: FormRequest, reply: FastifyReply, token: string): Promise<FastifyReply> {
  const asked = readAgain(deps.secrets, token);
  const opened = asked?.form === request.params.form ? await open(deps, asked.form) : null;
  if (!asked || !opened) return refused(deps, request, reply);
  const { form, content, workspace } = opened;
  const address = await askAgain(deps, {
    form,
    id: asked.id,
    content: (version) => selectVersion(deps.ports.sql, { workspace: workspace.id, id: form.id, version }),
  });
  return answer(reply, lookOf(deps, workspace, content, languageOf(request, content), request), 200, (look) =>
    againPage(look, { address: address ?? "…" }),
  );
}

async function confirmation(
  deps: Deps,
  request: FastifyRequest<{ Params: { token: string } }>,
  reply: FastifyReply,
  pressed: boolean,
): Promise<FastifyReply> {
  const holder = readLinkToken(deps.secrets, "personal", request.params.token);
  const send = holder && (await findSend(deps.ports.sql, holder));
  const asked = send && (await askedOf(deps, send));
  if (!asked) return absent(deps, request, reply);
  const { submission, content, workspace, form } = asked;
  const look = lookOf(deps, workspace, content, submission.language);
  const expired = () =>
    answer(reply, look, 410, (finished) =>
      expiredPage(finished, {
        form: form.live_version !== null && form.archived_at === null ? `${deps.config.publicUrl}/f/${form.id}` : null,
      }),
    );
  if (submission.state === "confirmed") return answer(reply, look, 200, (finished) => thanksPage(finished, content));
  if (submission.state === "expired" || submission.expires_at <= deps.ports.clock.now()) return expired();
  if (!pressed)
    return answer(reply, look, 200, (finished) =>
      confirmPage(finished, { address: submission.address ?? "", wordings: wordingsOf(content, submission.consents, submission.language) }),
    );
  if ((await formOf(request))?.get("action") !== "confirm") return refused(deps, request, reply);
  return (await confirmSubmission(deps, asked, send.id)) === "expired"
    ? expired()
    : answer(reply, look, 200, (finished) => thanksPage(finished, content));
}

function lookOf(deps: Deps, workspace: WorkspaceRecord, content: FormContent, language: string, request?: FormRequest): Look {
  const { sender, colours } = workspace.settings;
  return {
    language,
    sender: sender.name || workspace.name,
    postalAddress: sender.postalAddress,
    colour: colours.main,
    privacyUrl: content.privacyUrl,
    embedded: request?.query.embed !== undefined,
    nonce: nonceOf(deps),
  };
}

const nonceOf = (deps: Deps) => Buffer.from(deps.ports.chance.bytes(12)).toString("base64url");
const text = (value: unknown) => (typeof value === "string" && value !== "" ? value.slice(0, 35) : null);
const languageOf = (request: FormRequest, content: FormContent) =>
  chooseLanguage(Object.keys(content.words), content.fallback, text(request.query.lang) ?? request.headers["accept-language"] ?? null)!;
const actionOf = (request: FormRequest) => `/f/${request.params.form}${request.query.embed === undefined ? "" : "?embed=1"}`;

/** The page around the form, as far as its site tells; without what follows it, which may be personal. */
function pageOf(request: FormRequest): string {
  const { referer } = request.headers;
  if (referer === undefined || !URL.canParse(referer)) return "";
  const { origin, pathname } = new URL(referer);
  return `${origin}${pathname}`.slice(0, 300);
}

async function count(deps: Deps, form: FormRecord, number: (typeof NUMBERS)[number]): Promise<void> {
  await deps.ports.sql.transaction((tx) =>
    addToCounters(tx, Math.floor(deps.ports.chance.float() * 8), [
      { workspace: form.workspace_id, name: counterOf(form.id, number), n: 1 },
    ]),
  );
}

function answer(reply: FastifyReply, look: Look, status: number, made: (look: Look) => string): FastifyReply {
  return reply.status(status).header("content-security-policy", formPolicy(look.nonce)).type("text/html; charset=utf-8").send(made(look));
}

const nobody = (deps: Deps, request: FastifyRequest): Look => ({
  language: (request.headers["accept-language"] ?? "fr").startsWith("fr") ? "fr" : "en",
  sender: "",
  postalAddress: "",
  colour: "#0d3f4a",
  privacyUrl: "",
  embedded: false,
  nonce: nonceOf(deps),
});
const absent = (deps: Deps, request: FastifyRequest, reply: FastifyReply) => answer(reply, nobody(deps, request), 404, absentFormPage);
const refused = (deps: Deps, request: FastifyRequest, reply: FastifyReply) => answer(reply, nobody(deps, request), 400, refusedFormPage);

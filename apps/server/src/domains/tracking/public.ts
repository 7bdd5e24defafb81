import { maskAddress } from "@relance/model/consent";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Deps } from "../../deps.ts";
import { activeTopics, measurable } from "../compliance/index.ts";
import { loadContacts } from "../contacts/index.ts";
import { findSend, findShortLink, linksOf, readLinkToken, type FoundSend, type LinkPurpose } from "../delivery/index.ts";
import { formOf, readsForms } from "../../platform/http/form.ts";
import { findWorkspace } from "../team/index.ts";
import { engage } from "./engage.ts";
import { leave, stillIn, undoLeave, type Visitor } from "./leave.ts";
import { isMachineAgent, isPrefetch } from "./machine.ts";
import { destination, renderAgain } from "./mail.ts";
import { renew, renewalOf } from "./renew.ts";
import {
  absentPage,
  leavePage,
  leftPage,
  NOBODY,
  nothingMorePage,
  pageLanguage,
  pagePolicy,
  refusedPage,
  renewalWording,
  renewedPage,
  renewPage,
  unavailablePage,
  undonePage,
  type PageLook,
} from "./pages.ts";

const raw = { config: { raw: "addresses in mails: signed tokens, no API" } };
/** One transparent pixel. */
const PIXEL = Buffer.from("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7", "base64");

/**
 * Addresses people reach from mails. GET and HEAD never change what may be sent. A token that is not ours, was changed or names
 * nothing gets the one page of absence: no answer tells these apart.
 */
export function publicPages(app: FastifyInstance, deps: Deps): void {
  readsForms(app);
  click(app, deps);
  shortClick(app, deps);
  pixel(app, deps);
  unsubscribe(app, deps);
  renewal(app, deps);
  view(app, deps);
}

async function sendOf(deps: Deps, kind: LinkPurpose, token: string): Promise<FoundSend | null> {
  const holder = readLinkToken(deps.secrets, kind, token);
  return holder ? findSend(deps.ports.sql, holder) : null;
}

function click(app: FastifyInstance, deps: Deps): void {
  app.get<{ Params: { link: string } }>("/t/c/:link", raw, async (request, reply) => {
    const dot = request.params.link.indexOf(".");
    const [token, link] = [request.params.link.slice(0, dot), request.params.link.slice(dot + 1)];
    const send = dot < 0 ? null : await sendOf(deps, "measure", token);
    const hidden = link === "h";
    const target = send && !hidden ? await destination(deps, send, link) : null;
    if (!send || (!hidden && !target)) return absentAnswer(deps, request, reply);
    if (request.method === "GET" && !isPrefetch(request.headers)) {
      const machine = hidden || isMachineAgent(request.headers["user-agent"]);
      await deps.ports.sql.transaction((tx) =>
        engage(tx, deps, send, { kind: "clicked", machine, ...(hidden ? { hidden } : { url: target!.url, link: target!.number! }) }),
      );
      deps.poke();
    }
    return hidden ? absentAnswer(deps, request, reply) : reply.status(302).header("location", target!.url).send();
  });
}

/** A short address of a text message: counted like a click, or the way out, which opens a page and changes nothing. */
function shortClick(app: FastifyInstance, deps: Deps): void {
  app.get<{ Params: { code: string } }>("/s/:code", raw, async (request, reply) => {
    const link = await findShortLink(deps.ports.sql, { code: request.params.code });
    if (!link) return absentAnswer(deps, request, reply);
    const { number, url } = link;
    const send = number === null || request.method !== "GET" || isPrefetch(request.headers) ? null : await findSend(deps.ports.sql, link);
    if (send && number !== null) {
      await deps.ports.sql.transaction((tx) =>
        engage(tx, deps, send, { kind: "clicked", machine: isMachineAgent(request.headers["user-agent"]), url, link: number }),
      );
      deps.poke();
    }
    return reply.status(302).header("location", url).send();
  });
}

function pixel(app: FastifyInstance, deps: Deps): void {
  app.get<{ Params: { file: string } }>("/t/o/:file", raw, async (request, reply) => {
    if (request.method === "GET" && !isPrefetch(request.headers)) {
      // A reader sees an image, whatever happens here.
      await recordOpen(deps, request.params.file.replace(/\.gif$/, ""), request).catch((error: unknown) =>
        deps.log.error({ err: error }, "tracking.open_failed"),
      );
    }
    return reply.type("image/gif").send(PIXEL);
  });
}

async function recordOpen(deps: Deps, token: string, request: FastifyRequest): Promise<void> {
  const { sql, clock } = deps.ports;
  const send = await sendOf(deps, "measure", token);
  if (!send) return;
  const { settings, time_zone: zone } = await findWorkspace(sql, { id: send.workspace });
  // Asked again at each request: a refusal holds for mails already sent.
  const measured = await measurable(sql, {
    workspace: send.workspace,
    contacts: [{ bucket: send.bucket, contact: send.contact }],
    setting: settings.pixel,
    zone,
    now: clock.now(),
  });
  if (!measured.has(send.contact)) return;
  await sql.transaction((tx) => engage(tx, deps, send, { kind: "opened", machine: isMachineAgent(request.headers["user-agent"]) }));
  deps.poke();
}

function unsubscribe(app: FastifyInstance, deps: Deps): void {
  app.get<{ Params: { token: string } }>("/u/:token", raw, async (request, reply) => {
    const holder = readLinkToken(deps.secrets, "personal", request.params.token);
    if (!holder) return absentAnswer(deps, request, reply);
    const send = await findSend(deps.ports.sql, holder);
    const look = await lookOf(deps, send);
    if (!send || !(await exists(deps, send))) return answer(reply, look, 200, nothingMorePage(look));
    const { topic, everything } = await stillIn(deps, send);
    const topicName = (await topicOf(deps, send))?.names[look.language] ?? null;
    return answer(
      reply,
      look,
      200,
      leavePage(look, {
        masked: maskAddress(send.address ?? ""),
        topicName,
        hasTopic: send.topic !== "",
        topicIn: topic,
        everythingIn: everything,
      }),
    );
  });

  app.post<{ Params: { token: string } }>("/u/:token", raw, async (request, reply) => {
    const holder = readLinkToken(deps.secrets, "personal", request.params.token);
    if (!holder) return absentAnswer(deps, request, reply);
    const send = await findSend(deps.ports.sql, holder);
    const form = await formOf(request);
    const oneClick = form?.get("List-Unsubscribe") === "One-Click";
    const look = await lookOf(deps, send);
    if (!send || !(await exists(deps, send)))
      return oneClick ? reply.type("text/plain; charset=utf-8").send("OK") : answer(reply, look, 200, nothingMorePage(look));
    const visitor: Visitor = { ip: request.ip, agent: request.headers["user-agent"] ?? null };
    if (oneClick) {
      await leave(deps, send, { everything: false, source: "one_click", visitor });
      return reply.type("text/plain; charset=utf-8").send("OK");
    }
    const action = form?.get("action");
    if (action === "undo") return answer(reply, look, 200, undonePage(look, { undone: await undoLeave(deps, send, { visitor }) }));
    if (action !== "topic" && action !== "all") return answer(reply, look, 400, refusedPage(look));
    const everything = action === "all" || send.topic === "";
    await leave(deps, send, { everything, source: "unsubscribe_page", visitor });
    return answer(reply, look, 200, leftPage(look, { everything }));
  });
}

/** The link under which a reader agrees anew. Only messages that were sent under a consent have one to renew. */
function renewal(app: FastifyInstance, deps: Deps): void {
  app.route<{ Params: { token: string } }>({
    method: ["GET", "POST"],
    url: "/r/:token",
    ...raw,
    async handler(request, reply) {
      const send = await sendOf(deps, "personal", request.params.token);
      if (!send || send.class !== "marketing" || !(await exists(deps, send))) return absentAnswer(deps, request, reply);
      const look = await lookOf(deps, send);
      const wording = renewalWording(look, { topicName: (await topicOf(deps, send))?.names[look.language] ?? null, channel: send.channel });
      const agent = request.headers["user-agent"];
      // A program that sends forms is no reader.
      const pressed = request.method === "POST" && !isMachineAgent(agent) && (await formOf(request))?.get("action") === "renew";
      const found = pressed
        ? await renew(deps, send, { wording, visitor: { ip: request.ip, agent: agent ?? null } })
        : await renewalOf(deps.ports.sql, deps, send);
      if (found !== "open") return answer(reply, look, 200, renewedPage(look, found));
      const { settings } = await findWorkspace(deps.ports.sql, { id: send.workspace });
      return answer(
        reply,
        look,
        200,
        renewPage(look, {
          masked: maskAddress(send.address ?? ""),
          wording,
          from: [look.sender, settings.sender.postalAddress].filter((part) => part !== "").join(", "),
        }),
      );
    },
  });
}

function view(app: FastifyInstance, deps: Deps): void {
  app.get<{ Params: { token: string } }>("/v/:token", raw, async (request, reply) => {
    const send = await sendOf(deps, "personal", request.params.token);
    if (!send) return absentAnswer(deps, request, reply);
    const links = linksOf(deps.secrets, deps.config.publicUrl, { bucket: send.bucket, send: send.id });
    const mail = await renderAgain(deps, send, { ...links, click: null, open: null });
    const look = await lookOf(deps, send);
    if (!mail) return answer(reply, look, 404, unavailablePage(look));
    // An origin of its own, no script, no form: a mail is a stranger's page even when we wrote it.
    reply.header(
      "content-security-policy",
      "sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation; default-src 'none'; img-src http: https: data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    return reply.type("text/html; charset=utf-8").send(mail.html);
  });
}

const topicOf = async (deps: Deps, send: FoundSend) =>
  send.topic === "" ? undefined : (await activeTopics(deps.ports.sql, { workspace: send.workspace })).find((one) => one.key === send.topic);

async function exists(deps: Deps, send: FoundSend): Promise<boolean> {
  return (await loadContacts(deps.ports.sql, { workspace: send.workspace, ids: [send.contact] })).has(send.contact);
}

async function lookOf(deps: Deps, send: FoundSend | null): Promise<PageLook> {
  const nonce = Buffer.from(deps.ports.chance.bytes(12)).toString("base64url");
  if (!send) return { ...NOBODY, language: "fr", nonce };
  const workspace = await findWorkspace(deps.ports.sql, { id: send.workspace });
  return {
    language: pageLanguage(send.language),
    sender: workspace.settings.sender.name || workspace.name,
    colour: workspace.settings.colours.main,
    nonce,
  };
}

function answer(reply: FastifyReply, look: PageLook, status: number, page: string): FastifyReply {
  return reply.status(status).header("content-security-policy", pagePolicy(look.nonce)).type("text/html; charset=utf-8").send(page);
}

async function absentAnswer(deps: Deps, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const look = { ...(await lookOf(deps, null)), language: pageLanguage(request.headers["accept-language"] ?? "fr") };
  return answer(reply, look, 404, absentPage(look));
}

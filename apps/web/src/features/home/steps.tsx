import { Button } from "@mantine/core";
import { listProviders } from "@relance/contract/delivery";
import { listImports } from "@relance/contract/imports";
import type { JourneySummary } from "@relance/contract/journeys";
import { listTemplates } from "@relance/contract/messages";
import { listSegments } from "@relance/contract/segments";
import { changeWorkspace, listKeys } from "@relance/contract/team";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { ask, useChange } from "../../api/client.ts";
import { useEnter } from "../../app/enter.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useSession } from "../../app/session.tsx";
import { useFormats } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { Part, Waiting } from "../../ui/page.tsx";
import { Moment, Thread } from "../../ui/thread.tsx";
import { firstStepWords } from "./first-step-words.ts";
import { firstSteps, type FirstStepKey } from "./first-steps.ts";

interface Given {
  readonly contacts: number;
  readonly journeys: readonly JourneySummary[];
}

/** The way from an empty workspace to a first message, until an administrator puts it away; a demo shop needs none. */
export function FirstSteps(given: Given) {
  const { workspace } = useSession();
  if (workspace === null || workspace.kind !== "regular" || workspace.role === "viewer" || !workspace.settings.firstSteps) return null;
  return <Steps {...given} />;
}

function Steps({ contacts, journeys }: Given) {
  const say = useWords(firstStepWords);
  const { number } = useFormats();
  const { workspace } = useSession();
  const admin = workspace!.role === "admin";
  const keys = useQuery({ ...ask(listKeys, {}), enabled: admin });
  const imports = useQuery(ask(listImports, { query: { limit: 20 } }, true));
  const segments = useQuery(ask(listSegments, {}));
  const templates = useQuery(ask(listTemplates, { query: { limit: 1 } }));
  const providers = useQuery(ask(listProviders, {}));
  const asked = [...(admin ? [keys] : []), imports, segments, templates, providers];
  if (asked.some((one) => one.isPending))
    return (
      <Part title={say.title}>
        <div style={{ paddingTop: 16 }}>
          <Waiting lines={6} />
        </div>
      </Part>
    );
  const steps = firstSteps({
    contacts,
    journeys,
    keys: keys.data?.items ?? [],
    imports: imports.data?.items ?? [],
    segments: segments.data?.items.length ?? 0,
    templates: templates.data?.items.length ?? 0,
    providers: providers.data?.items ?? [],
    sender: workspace!.settings.sender,
  });
  const next = steps.find((one) => !one.done);
  const words = (key: FirstStepKey): string => {
    const step = steps.find((one) => one.key === key)!;
    return key === "contacts" && step.done
      ? say.contactsThere(contacts, number(contacts))
      : step.half
        ? say.half[key]
        : step.done
          ? say.after[key]
          : say.before[key];
  };
  return (
    <Part title={say.title} aside={say.progress(number(steps.filter((one) => one.done).length), number(steps.length))}>
      <div className="stack" style={{ paddingTop: 16 }}>
        <Thread>
          {steps.map((one) => (
            <Moment
              key={one.key}
              sign={one.done ? "good" : one === next ? "now" : "past"}
              title={
                <Way step={one.key}>
                  <b>{say.titles[one.key]}</b>
                </Way>
              }
              {...(one.done && { at: say.done })}
            >
              {words(one.key)}
              {one === next && (
                <div className="row wrap" style={{ marginTop: 8 }}>
                  {one.key === "source" && (
                    <Button component={Link} to="/imports" size="xs">
                      {say.toImport}
                    </Button>
                  )}
                  <Go step={one.key} />
                </div>
              )}
            </Moment>
          ))}
        </Thread>
        <Foot finished={next === undefined} admin={admin} />
      </div>
    </Part>
  );
}

/** The page where a step is taken, as a link around its title. */
function Way({ step, children }: { readonly step: FirstStepKey; readonly children: ReactNode }) {
  switch (step) {
    case "source":
      return <Link to="/imports">{children}</Link>;
    case "contacts":
      return <Link to="/contacts">{children}</Link>;
    case "segment":
      return <Link to="/segments/new">{children}</Link>;
    case "template":
      return <Link to="/templates">{children}</Link>;
    case "journey":
      return <Link to="/journeys">{children}</Link>;
    case "sender":
      return (
        <Link to="/settings/$part" params={{ part: "workspace" }}>
          {children}
        </Link>
      );
    case "door":
      return (
        <Link to="/settings/$part" params={{ part: "providers" }}>
          {children}
        </Link>
      );
  }
}

/** The button of the step that comes next. */
function Go({ step }: { readonly step: FirstStepKey }) {
  const say = useWords(firstStepWords);
  switch (step) {
    case "source":
      return (
        <Button component={Link} to="/sources" variant="default" size="xs">
          {say.go.source}
        </Button>
      );
    case "contacts":
      return (
        <Button component={Link} to="/contacts" size="xs">
          {say.go.contacts}
        </Button>
      );
    case "segment":
      return (
        <Button component={Link} to="/segments/new" size="xs">
          {say.go.segment}
        </Button>
      );
    case "template":
      return (
        <Button component={Link} to="/templates" size="xs">
          {say.go.template}
        </Button>
      );
    case "journey":
      return (
        <Button component={Link} to="/journeys" size="xs">
          {say.go.journey}
        </Button>
      );
    case "sender":
      return (
        <Button component={Link} to="/settings/workspace" size="xs">
          {say.go.sender}
        </Button>
      );
    case "door":
      return (
        <Button component={Link} to="/settings/providers" size="xs">
          {say.go.door}
        </Button>
      );
  }
}

/** The way to the demo shop, for who would rather see first; and the way out. */
function Foot({ finished, admin }: { readonly finished: boolean; readonly admin: boolean }) {
  const say = useWords(firstStepWords);
  const { me, workspace } = useSession();
  const enter = useEnter();
  const change = useChange(changeWorkspace);
  const demo = me.workspaces.find((one) => one.kind === "demo");
  const hide = (): void => change.mutate({ body: { settings: { ...workspace!.settings, firstSteps: false } } });
  return (
    <>
      <RefusalNote error={change.error} />
      <div className="row between wrap small soft">
        <span>
          {finished
            ? say.finished
            : demo && (
                <>
                  {say.demo}{" "}
                  <button type="button" className="link-button" onClick={() => void enter(demo.id)}>
                    {say.toDemo}
                  </button>
                </>
              )}
        </span>
        {admin &&
          (finished ? (
            <Button size="xs" loading={change.isPending} onClick={hide}>
              {say.hide}
            </Button>
          ) : (
            <button type="button" className="link-button" disabled={change.isPending} onClick={hide}>
              {say.hide}
            </button>
          ))}
      </div>
    </>
  );
}

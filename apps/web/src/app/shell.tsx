import { Button, Menu } from "@mantine/core";
import { getSending, listProviders } from "@relance/contract/delivery";
import {
  IconAddressBook,
  IconBuildingStore,
  IconChartDots,
  IconChecklist,
  IconDots,
  IconFileImport,
  IconFilter,
  IconHome,
  IconInbox,
  IconLayout,
  IconPlugConnected,
  IconRoute,
  IconSearch,
  IconSend,
  IconSettings,
} from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, Outlet, useNavigate, useRouter } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { ask } from "../api/client.ts";
import { useLanguage } from "../i18n/language.tsx";
import { useWords } from "../i18n/words.ts";
import { Brand } from "../ui/brand.tsx";
import { Empty } from "../ui/page.tsx";
import { NewWorkspace, UserMenu, WorkspaceSwitch } from "./menus.tsx";
import { RefusalNote } from "./refusal-note.tsx";
import { useSession } from "./session.tsx";
import { openCommandBar, Shortcuts } from "./shortcuts.tsx";
import { shellWords } from "./words.ts";

const icon = { size: 16, stroke: 1.5, "aria-hidden": true } as const;
const large = { size: 20, stroke: 1.5, "aria-hidden": true } as const;

/** What stands around every page: the rail (a bar on phones), and the state of the outside door at its foot. */
export function Shell() {
  const { workspace, me } = useSession();
  const { setZone, setLanguage } = useLanguage();
  useEffect(() => {
    if (workspace) setZone(workspace.timeZone);
  }, [workspace, setZone]);
  useEffect(() => setLanguage(me.locale), [me.locale, setLanguage]);
  if (!workspace) return <NoWorkspace />;
  return (
    <div className="app">
      <Rail />
      <main className="main">
        <div className="phone-top">
          <Brand />
          <SearchButton />
          <UserMenu />
        </div>
        <Outlet />
      </main>
      <TabBar />
      <Shortcuts />
    </div>
  );
}

/** The way to the command bar for those who do not know its key. */
function SearchButton() {
  const say = useWords(shellWords);
  return (
    <button type="button" className="nav search" aria-keyshortcuts="Control+K Meta+K" title={say.search} onClick={openCommandBar}>
      <IconSearch {...icon} />
      <span className="nav-word grow">{say.search}</span>
      <kbd className="nav-word" aria-hidden>
        Ctrl K
      </kbd>
    </button>
  );
}

function Rail() {
  const say = useWords(shellWords);
  return (
    <nav className="rail" aria-label={say.navigation}>
      <Brand />
      <WorkspaceSwitch />
      <SearchButton />
      <Link to="/home" className="nav" title={say.home}>
        <IconHome {...icon} />
        <span className="nav-word">{say.home}</span>
      </Link>
      <div className="nav-group">{say.know}</div>
      <Link to="/contacts" className="nav" title={say.contacts}>
        <IconAddressBook {...icon} />
        <span className="nav-word">{say.contacts}</span>
      </Link>
      <Link to="/segments" className="nav" title={say.segments}>
        <IconFilter {...icon} />
        <span className="nav-word">{say.segments}</span>
      </Link>
      <Link to="/readiness" className="nav" title={say.readiness}>
        <IconChecklist {...icon} />
        <span className="nav-word">{say.readiness}</span>
      </Link>
      <Link to="/value" className="nav" title={say.value}>
        <IconChartDots {...icon} />
        <span className="nav-word">{say.value}</span>
      </Link>
      <Link to="/catalog" className="nav" title={say.catalog}>
        <IconBuildingStore {...icon} />
        <span className="nav-word">{say.catalog}</span>
      </Link>
      <Link to="/imports" className="nav" title={say.imports}>
        <IconFileImport {...icon} />
        <span className="nav-word">{say.imports}</span>
      </Link>
      <Link to="/sources" className="nav" title={say.sources}>
        <IconPlugConnected {...icon} />
        <span className="nav-word">{say.sources}</span>
      </Link>
      <div className="nav-group">{say.act}</div>
      <Link to="/journeys" className="nav" title={say.journeys}>
        <IconRoute {...icon} />
        <span className="nav-word">{say.journeys}</span>
      </Link>
      <Link to="/templates" className="nav" title={say.content}>
        <IconLayout {...icon} />
        <span className="nav-word">{say.content}</span>
      </Link>
      <Door />
      <Link to="/settings" className="nav" title={say.settings}>
        <IconSettings {...icon} />
        <span className="nav-word">{say.settings}</span>
      </Link>
      <UserMenu />
    </nav>
  );
}

/** Whether anything can leave the house, and by which door; it leads to what was sent. */
function Door() {
  const say = useWords(shellWords);
  const sending = useQuery(ask(getSending, {}, true)).data;
  const provider = useQuery(ask(listProviders, {})).data?.items.find((one) => one.active && one.channel === "email");
  const state = sending?.stopped ? "stopped" : provider && provider.kind !== "outbox" ? "open" : "outbox";
  const [title, text] =
    state === "stopped"
      ? [say.doorStopped, say.doorStoppedText]
      : state === "open"
        ? [say.doorOpen, say.doorOpenText(provider!.name)]
        : [say.doorOutbox, say.doorOutboxText];
  return (
    <Link to="/outbox" className="door" data-state={state} title={title}>
      <b>
        {state === "outbox" ? <IconInbox size={14} stroke={1.5} aria-hidden /> : <IconSend size={14} stroke={1.5} aria-hidden />}
        <span>{title}</span>
      </b>
      <span>{text}</span>
    </Link>
  );
}

function TabBar() {
  const say = useWords(shellWords);
  const navigate = useNavigate();
  return (
    <nav className="tabbar" aria-label={say.navigation}>
      <Link to="/home">
        <IconHome {...large} />
        <span>{say.home}</span>
      </Link>
      <Link to="/contacts">
        <IconAddressBook {...large} />
        <span>{say.contacts}</span>
      </Link>
      <Link to="/journeys">
        <IconRoute {...large} />
        <span>{say.journeys}</span>
      </Link>
      <Link to="/outbox">
        <IconInbox {...large} />
        <span>{say.outbox}</span>
      </Link>
      <Menu position="top-end" width={200}>
        <Menu.Target>
          <button type="button">
            <IconDots {...large} />
            <span>{say.more}</span>
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => void navigate({ to: "/segments" })}>{say.segments}</Menu.Item>
          <Menu.Item onClick={() => void navigate({ to: "/readiness" })}>{say.readiness}</Menu.Item>
          <Menu.Item onClick={() => void navigate({ to: "/value" })}>{say.value}</Menu.Item>
          <Menu.Item onClick={() => void navigate({ to: "/catalog" })}>{say.catalog}</Menu.Item>
          <Menu.Item onClick={() => void navigate({ to: "/imports" })}>{say.imports}</Menu.Item>
          <Menu.Item onClick={() => void navigate({ to: "/sources" })}>{say.sources}</Menu.Item>
          <Menu.Item onClick={() => void navigate({ to: "/templates" })}>{say.content}</Menu.Item>
          <Menu.Item onClick={() => void navigate({ to: "/settings" })}>{say.settings}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </nav>
  );
}

function NoWorkspace() {
  const say = useWords(shellWords);
  const [creating, setCreating] = useState(false);
  return (
    <div className="work">
      <Empty title={say.noWorkspace} text={say.noWorkspaceText}>
        <Button onClick={() => setCreating(true)}>{say.newWorkspace}</Button>
      </Empty>
      <NewWorkspace opened={creating} close={() => setCreating(false)} />
    </div>
  );
}

export function Missing() {
  const say = useWords(shellWords);
  return (
    <div className="work">
      <Empty title={say.missing} text={say.missingText}>
        <Link to="/home">{say.toHome}</Link>
      </Empty>
    </div>
  );
}

export function PageFailed({ error }: { readonly error: unknown }) {
  const say = useWords(shellWords);
  const router = useRouter();
  return (
    <div className="work stack">
      <h2>{say.failed}</h2>
      <RefusalNote error={error} />
      <div>
        <Button variant="default" onClick={() => void router.invalidate()}>
          {say.again}
        </Button>
      </div>
    </div>
  );
}

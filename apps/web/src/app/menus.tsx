import { Button, Group, Menu, Modal, SegmentedControl, TextInput, useMantineColorScheme } from "@mantine/core";
import { changeMe, createWorkspace, signOut, type Workspace } from "@relance/contract/team";
import { IconBuildingStore, IconCheck, IconChevronDown, IconLogout, IconPlus, IconUser } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { api, useChange } from "../api/client.ts";
import { useLanguage } from "../i18n/language.tsx";
import type { Language } from "../i18n/typography.ts";
import { useWords } from "../i18n/words.ts";
import { Initials } from "../ui/person.tsx";
import { useEnter } from "./enter.ts";
import { queries } from "./queries.ts";
import { RefusalNote } from "./refusal-note.tsx";
import { useSession } from "./session.tsx";
import { shellWords } from "./words.ts";

/** Light, dark, or as the device says. */
export function ThemeChoice() {
  const say = useWords(shellWords);
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <SegmentedControl
      size="xs"
      fullWidth
      aria-label={say.theme}
      value={colorScheme}
      onChange={(value) => setColorScheme(value as "light" | "dark" | "auto")}
      data={[
        { value: "light", label: say.light },
        { value: "dark", label: say.dark },
        { value: "auto", label: say.auto },
      ]}
    />
  );
}

/** Changes the language here, and on the profile when someone is signed in. */
export function LanguageChoice({ signedIn }: { readonly signedIn: boolean }) {
  const say = useWords(shellWords);
  const { language, setLanguage } = useLanguage();
  const change = useChange(changeMe);
  const choose = (value: string): void => {
    setLanguage(value as Language);
    if (signedIn) change.mutate({ body: { locale: value as Language } });
  };
  return (
    <SegmentedControl
      size="xs"
      fullWidth
      aria-label={say.language}
      value={language}
      onChange={choose}
      data={[
        { value: "fr", label: say.french },
        { value: "en", label: say.english },
      ]}
    />
  );
}

export function UserMenu() {
  const say = useWords(shellWords);
  const { me, workspace } = useSession();
  const navigate = useNavigate();
  const enter = useEnter();
  const leave = async (): Promise<void> => {
    await api.call(signOut, {});
    queries.clear();
    await navigate({ to: "/sign-in" });
  };
  return (
    <Menu position="top-start" width={224}>
      <Menu.Target>
        <button type="button" className="me" title={me.name}>
          <Initials name={me.name} />
          <span className="cut">{me.name}</span>
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{me.email}</Menu.Label>
        <div style={{ padding: "4px 8px" }}>
          <LanguageChoice signedIn />
        </div>
        <div style={{ padding: "4px 8px 8px" }}>
          <ThemeChoice />
        </div>
        {/* The rail, which holds the switch elsewhere, is not there on phones. */}
        {me.workspaces.length > 1 &&
          me.workspaces.map((one) => (
            <Menu.Item
              key={one.id}
              className="phone-only"
              leftSection={<IconBuildingStore size={16} stroke={1.5} />}
              rightSection={one.id === workspace?.id ? <IconCheck size={14} stroke={1.5} /> : null}
              onClick={() => void enter(one.id)}
            >
              {one.name} <DemoMark workspace={one} />
            </Menu.Item>
          ))}
        <Menu.Item
          leftSection={<IconUser size={16} stroke={1.5} />}
          onClick={() => void navigate({ to: "/settings/$part", params: { part: "profile" } })}
        >
          {say.profile}
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={16} stroke={1.5} />} onClick={() => void leave()}>
          {say.signOut}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** Says beside its name, wherever workspaces are named, that one is the demo. */
function DemoMark({ workspace }: { readonly workspace: Workspace | null }) {
  const say = useWords(shellWords);
  return (
    workspace?.kind === "demo" && (
      <span className="status" data-kind="info" style={{ padding: "0 6px" }}>
        {say.demoMark}
      </span>
    )
  );
}

export function WorkspaceSwitch() {
  const say = useWords(shellWords);
  const { me, workspace } = useSession();
  const enter = useEnter();
  const [creating, setCreating] = useState(false);
  return (
    <>
      <Menu position="bottom-start" width={224}>
        <Menu.Target>
          <button type="button" className="switch" title={say.switchFrom(workspace?.name ?? "")}>
            <IconBuildingStore size={16} stroke={1.5} />
            <span className="grow cut">{workspace?.name ?? say.workspace}</span>
            <DemoMark workspace={workspace} />
            <IconChevronDown size={12} stroke={1.5} />
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          {me.workspaces.map((one) => (
            <Menu.Item
              key={one.id}
              rightSection={one.id === workspace?.id ? <IconCheck size={14} stroke={1.5} /> : null}
              onClick={() => void enter(one.id)}
            >
              {one.name} <DemoMark workspace={one} />
            </Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Item leftSection={<IconPlus size={16} stroke={1.5} />} onClick={() => setCreating(true)}>
            {say.newWorkspace}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <NewWorkspace opened={creating} close={() => setCreating(false)} />
    </>
  );
}

export function NewWorkspace({ opened, close }: { readonly opened: boolean; readonly close: () => void }) {
  const say = useWords(shellWords);
  const { language } = useLanguage();
  const create = useChange(createWorkspace);
  const enter = useEnter();
  const [name, setName] = useState("");
  const send = async (): Promise<void> => {
    const made = await create.mutateAsync({ body: { name, locale: language, timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone } });
    close();
    await enter(made.id);
  };
  return (
    <Modal opened={opened} onClose={close} title={say.newWorkspace}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void send().catch(() => undefined);
        }}
      >
        <p className="small soft">{say.newWorkspaceHelp}</p>
        <TextInput
          label={say.name}
          required
          maxLength={100}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          data-autofocus
        />
        <RefusalNote error={create.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {say.cancel}
          </Button>
          <Button type="submit" loading={create.isPending}>
            {say.create}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}

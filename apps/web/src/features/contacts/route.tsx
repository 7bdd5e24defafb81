import "./contacts.css";
import { Button, TextInput } from "@mantine/core";
import { listContacts, type ContactRow } from "@relance/contract/contacts";
import { IconFileImport, IconPlus, IconSearch } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, Outlet, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { askPages } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useFormats } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { useNow } from "../../ui/now.ts";
import { Empty, Head, Sheet, Waiting } from "../../ui/page.tsx";
import { ContactDialog } from "./fields.tsx";
import { useMayEdit } from "./keep.tsx";
import { nameOf } from "./name.ts";
import { contactWords } from "./words.ts";

export { ContactPage } from "./profile.tsx";

/** The list beside the profile; on a phone, one or the other. */
export function ContactsPage() {
  const say = useWords(contactWords);
  const { number } = useFormats();
  const navigate = useNavigate();
  const { search, add } = useSearch({ from: "/inside/contacts" });
  const { contact } = useParams({ strict: false });
  const list = useInfiniteQuery({
    ...askPages(listContacts, (after) => ({
      query: { limit: 50, ...(search !== undefined && { search }), ...(after !== undefined && { after }) },
    })),
  });
  const rows = list.data?.pages.flatMap((one) => one.items) ?? [];
  const total = list.data?.pages[0]?.total;
  const find = (words: string): void => void navigate({ to: ".", search: words === "" ? {} : { search: words }, replace: true });
  const may = useMayEdit();
  const [adding, setAdding] = useState(add === true);
  const actions = (
    <>
      {may && (
        <>
          <Button leftSection={<IconPlus size={16} stroke={1.5} />} onClick={() => setAdding(true)}>
            {say.addContact}
          </Button>
          <ContactDialog contact={null} opened={adding} close={() => setAdding(false)} />
        </>
      )}
      <Button component={Link} to="/imports" variant="default" leftSection={<IconFileImport size={16} stroke={1.5} />}>
        {say.toImport}
      </Button>
    </>
  );
  if (total === 0 && search === undefined && rows.length === 0) {
    return (
      <>
        <Head title={say.title} actions={actions} />
        <Sheet>
          <Empty title={say.empty} text={say.emptyText}>
            <Link to="/sources">{say.toSources}</Link>
          </Empty>
        </Sheet>
      </>
    );
  }
  return (
    <>
      <Head title={say.title} note={total === undefined ? undefined : say.count(total, number(total))} actions={actions} />
      <div className="pair" data-open={contact !== undefined}>
        <div className="pair-list">
          <div className="pair-find">
            <TextInput
              type="search"
              aria-label={say.find}
              placeholder={say.find}
              leftSection={<IconSearch size={16} stroke={1.5} />}
              value={search ?? ""}
              onChange={(event) => find(event.currentTarget.value)}
            />
          </div>
          <RefusalNote error={list.error} />
          {list.isPending && (
            <div style={{ padding: "0 24px" }}>
              <Waiting lines={8} />
            </div>
          )}
          {rows.map((one) => (
            <Row key={one.id} contact={one} />
          ))}
          {list.data && rows.length === 0 && (
            <p className="small soft" style={{ padding: 24 }}>
              {say.nobody}{" "}
              <button type="button" className="link-button" onClick={() => find("")}>
                {say.clear}
              </button>
            </p>
          )}
          {list.hasNextPage && (
            <div style={{ padding: 12, textAlign: "center" }}>
              <Button variant="subtle" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
                {say.more}
              </Button>
            </div>
          )}
        </div>
        <div className="pair-show">
          <Outlet />
        </div>
      </div>
    </>
  );
}

function Row({ contact }: { readonly contact: ContactRow }) {
  const say = useWords(contactWords);
  const { ago } = useFormats();
  const now = useNow();
  return (
    <Link to="/contacts/$contact" params={{ contact: contact.id }} search={(kept) => kept} className="pair-row">
      <div className="cut" style={{ fontWeight: 500 }}>
        {nameOf(contact) || say.unnamed}
      </div>
      <div className="row between small soft">
        <span className="cut">{[contact.city, contact.country].filter((part) => part !== null).join(", ") || contact.email}</span>
        <span className="tiny faint" style={{ whiteSpace: "nowrap" }}>
          {contact.lastSeenAt === null ? "" : ago(contact.lastSeenAt, now)}
        </span>
      </div>
    </Link>
  );
}

export function NoContact() {
  return <div className="work soft">{useWords(contactWords).choose}</div>;
}

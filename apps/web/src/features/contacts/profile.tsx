import { getContact, type ContactProfile } from "@relance/contract/contacts";
import { runsOfContact } from "@relance/contract/journeys";
import { segmentsOfContact } from "@relance/contract/segments";
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { ContactObjects } from "../catalog/contact-objects.tsx";
import { Link, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { ask } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useFormats } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { useNow } from "../../ui/now.ts";
import { Sheet, Waiting } from "../../ui/page.tsx";
import { Initials } from "../../ui/person.tsx";
import { Moment, Thread } from "../../ui/thread.tsx";
import { ContactDialog } from "./fields.tsx";
import { Consents, Groups, Suppress, useMayEdit } from "./keep.tsx";
import { Identities } from "./identities.tsx";
import { nameOf } from "./name.ts";
import { useStepName } from "./step-name.ts";
import { Origins } from "./origins.tsx";
import { Rights } from "./rights.tsx";
import { Timeline } from "./timeline.tsx";
import { ValueCard } from "../value/card.tsx";
import { contactWords } from "./words.ts";

export function ContactPage() {
  const say = useWords(contactWords);
  const { ago } = useFormats();
  const now = useNow();
  const { contact: id } = useParams({ from: "/inside/contacts/$contact" });
  const may = useMayEdit();
  const [editing, setEditing] = useState(false);
  const { data, error } = useQuery(ask(getContact, { params: { id } }));
  if (error)
    return (
      <div className="work">
        <RefusalNote error={error} />
      </div>
    );
  if (!data)
    return (
      <div className="work">
        <Waiting lines={6} />
      </div>
    );
  const name = nameOf(data) || say.unnamed;
  return (
    <>
      <Link to="/contacts" search={(kept) => kept} className="back small">
        {say.back}
      </Link>
      <div className="profile-head">
        <Initials name={name} large />
        <div className="grow">
          <h1 className="cut">{name}</h1>
          <div className="small soft cut">
            {[data.email, data.city, data.lastSeenAt === null ? null : say.seen(ago(data.lastSeenAt, now))]
              .filter((part) => part !== null)
              .join("\u2004·\u2004")}
          </div>
        </div>
        {may && (
          <Button variant="default" onClick={() => setEditing(true)}>
            {say.edit}
          </Button>
        )}
      </div>
      <ContactDialog contact={data} opened={editing} close={() => setEditing(false)} />
      <Sheet margin={<Known contact={data} name={name} />}>
        <Timeline key={data.id} contact={data.id} />
      </Sheet>
    </>
  );
}

function Known({ contact, name }: { readonly contact: ContactProfile; readonly name: string }) {
  const say = useWords(contactWords);
  const { day } = useFormats();
  const facts: readonly (readonly [string, string | null])[] = [
    [say.email, contact.email],
    [say.phone, contact.phone],
    [say.userId, contact.externalId],
    [say.language, contact.locale],
    [say.city, [contact.postalCode, contact.city, contact.country].filter((part) => part !== null).join(" ") || null],
    [say.born, contact.birthDate === null ? null : day(`${contact.birthDate}T12:00:00Z`)],
    [say.type, contact.customerType],
    [say.zone, contact.timeZone],
    [say.since, day(contact.createdAt)],
    ...Object.entries(contact.attributes).map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)] as const),
  ];
  return (
    <>
      <section>
        <h3>{say.know}</h3>
        <dl className="facts">
          {facts
            .filter(([, value]) => value !== null)
            .map(([label, value]) => [
              <dt key={`${label}-name`} className="cut">
                {label}
              </dt>,
              <dd key={label}>{value}</dd>,
            ])}
        </dl>
        <Origins contact={contact} />
      </section>
      <Identities contact={contact} />
      <ValueCard contact={contact.id} />
      <Groups contact={contact} />
      <Runs contact={contact.id} />
      <Segments contact={contact.id} />
      <ContactObjects contact={contact.id} />
      <Consents contact={contact.id} />
      <Suppress contact={contact} />
      <Rights contact={contact} name={name} />
    </>
  );
}

function Run({
  run,
}: {
  readonly run: { readonly journey: string; readonly journeyName: string; readonly step: string; readonly wakeAt: string | null };
}) {
  const say = useWords(contactWords);
  const { moment } = useFormats();
  const now = useNow();
  const step = useStepName(run.journey, run.step);
  return (
    <Moment sign="now" title={run.journeyName}>
      {run.wakeAt === null ? say.at(step) : say.waits(step, moment(run.wakeAt, now))}
    </Moment>
  );
}

function Runs({ contact }: { readonly contact: string }) {
  const say = useWords(contactWords);
  const runs = useQuery(ask(runsOfContact, { params: { id: contact } }, true)).data?.items.filter((one) => one.state === "waiting");
  return (
    <section>
      <h3>{say.underWay}</h3>
      {runs?.length === 0 && <p className="small soft">{say.noRuns}</p>}
      <Thread>
        {runs?.map((one) => (
          <Run key={one.id} run={one} />
        ))}
      </Thread>
    </section>
  );
}

function Segments({ contact }: { readonly contact: string }) {
  const say = useWords(contactWords);
  const { day } = useFormats();
  const segments = useQuery(ask(segmentsOfContact, { params: { id: contact } }, true)).data?.items;
  return (
    <section>
      <h3>{say.segments}</h3>
      {segments?.length === 0 && <p className="small soft">{say.noSegments}</p>}
      {segments?.map((one) => (
        <div key={one.id} className="row between small" style={{ padding: "2px 0" }}>
          <span className="cut">{one.name}</span>
          <span className="tiny faint" style={{ whiteSpace: "nowrap" }}>
            {day(one.enteredAt)}
          </span>
        </div>
      ))}
    </section>
  );
}

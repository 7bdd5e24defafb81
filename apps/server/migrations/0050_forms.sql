-- Hosted sign-up forms: drafts, published versions, what each form collects, and what people sent.
-- locks: new tables only
-- takes: milliseconds

create table forms (
  id uuid primary key,
  workspace_id uuid not null,
  -- its stable name, in events and in files; never changes
  key text not null,
  name text not null,
  -- model/forms FormContent
  draft jsonb not null,
  live_version integer,
  created_at timestamptz not null,
  created_by text,
  changed_at timestamptz not null,
  archived_at timestamptz,
  unique (workspace_id, key)
);
create index forms_by_workspace on forms (workspace_id, name);

-- Immutable: the very words people saw, which proofs of consent name.
create table form_versions (
  form_id uuid not null references forms (id) on delete cascade,
  version integer not null,
  workspace_id uuid not null,
  content jsonb not null,
  published_at timestamptz not null,
  published_by text,
  primary key (form_id, version)
);

-- What the live version of each form asks, one row a question or box: sign-up points are read from here.
create table form_collects (
  workspace_id uuid not null,
  form_id uuid not null references forms (id) on delete cascade,
  -- question: the field of the contact (email, attributes.size); consent: channel, or channel:topic
  kind text not null check (kind in ('question', 'consent')),
  what text not null,
  required boolean not null,
  primary key (workspace_id, form_id, kind, what)
);

-- One sending of a form. Answers wait here until the address is confirmed; then, or when the time is up, they leave this table.
create table form_submissions (
  bucket smallint not null,
  contact_id uuid not null,
  id uuid not null,
  workspace_id uuid not null,
  form_id uuid not null,
  form_version integer not null,
  state text not null check (state in ('pending', 'confirmed', 'expired')),
  language text not null,
  address text,
  answers jsonb not null,
  -- indexes of the boxes ticked, in the form's version
  consents smallint[] not null,
  -- where the form stood: the address of the page around it
  page text,
  -- keyed hash
  ip_hash text,
  user_agent text,
  submitted_at timestamptz not null,
  confirmed_at timestamptz,
  expires_at timestamptz not null,
  mails smallint not null default 0,
  mailed_at timestamptz,
  primary key (bucket, contact_id, id)
);
create index form_submissions_by_form on form_submissions (workspace_id, form_id, submitted_at desc, id);
create index form_submissions_due on form_submissions (expires_at) where state = 'pending';

-- Keys that sign mail (DKIM), one for each domain of a sender.
-- locks: a new table only
-- takes: milliseconds

create table sender_keys (
  workspace_id uuid not null,
  domain text not null,
  id uuid not null,
  -- name under which the domain publishes the public key
  selector text not null,
  -- base64 of the SubjectPublicKeyInfo, as the DNS record holds it
  public_key text not null,
  -- PKCS #8 in PEM, sealed with the installation's key
  private_key bytea not null,
  created_at timestamptz not null,
  primary key (workspace_id, domain)
);
create unique index sender_keys_id on sender_keys (workspace_id, id);

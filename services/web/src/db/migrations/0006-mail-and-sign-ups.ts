/**
 * E-mail addresses, links that come by mail, and who may sign up.
 *
 * It only adds. A replica of the release before makes accounts that need no approval, as it always did.
 */
export const mailAndSignUps = `
alter table users
  -- Null while an admin has to say whether this person may come in.
  add column approved_at timestamptz default now(),
  -- Of the form that made the account, so that a second click on its button finds what the first one made.
  add column sign_up_key text,
  add constraint users_sign_up_key_length check (char_length(sign_up_key) between 1 and 100);
-- Few at any time.
create index users_waiting on users (id) where approved_at is null;

create table email_addresses (
  id bigint primary key default next_id(),
  user_id bigint not null references users (id) on delete cascade,
  address text not null,
  -- As it is compared: lower case.
  comparable text not null,
  -- Null until somebody who reads its mail has said so.
  confirmed_at timestamptz,
  constraint email_addresses_length check (char_length(address) between 3 and 254 and char_length(comparable) <= 254)
);
-- Of one person: one that counts, and one that is to take its place.
create unique index email_addresses_one_confirmed on email_addresses (user_id) where confirmed_at is not null;
create unique index email_addresses_one_asked on email_addresses (user_id) where confirmed_at is null;
-- Only what is confirmed is anybody's, so nobody can take an address away by naming it.
create unique index email_addresses_comparable_key on email_addresses (comparable) where confirmed_at is not null;

-- SHA-256 of what stands in the links: a stolen copy of these tables opens nothing. They go with the address they were sent to.
create table email_confirmations (
  token_hash bytea primary key,
  address_id bigint not null references email_addresses (id) on delete cascade,
  expires_at timestamptz not null
);
create index email_confirmations_by_address on email_confirmations (address_id);

create table password_resets (
  token_hash bytea primary key,
  address_id bigint not null references email_addresses (id) on delete cascade,
  expires_at timestamptz not null
);
create index password_resets_by_address on password_resets (address_id);

-- Mails that are shown in the browser rather than sent, in development.
create table kept_mails (
  id bigint primary key default next_id(),
  recipient text not null,
  mail jsonb not null
);

create table instance (
  -- One row, for there is one instance.
  id boolean primary key default true,
  sign_up_mode text not null default 'open',
  members_invite boolean not null default false,
  name text not null default 'Gramstack',
  description text not null default '',
  rules text not null default '',
  constraint instance_one_row check (id),
  constraint instance_sign_up_mode check (sign_up_mode in ('open', 'approval', 'invitation', 'closed')),
  constraint instance_name_length check (char_length(name) between 1 and 60),
  constraint instance_description_length check (char_length(description) <= 500),
  constraint instance_rules_length check (char_length(rules) <= 5000)
);
insert into instance default values;

create table invitations (
  id bigint primary key default next_id(),
  inviter_id bigint not null references users (id) on delete cascade,
  -- The secret in the link itself: whoever made it should be able to copy it again, and it opens no account that is there.
  token text not null,
  uses_left integer not null,
  expires_at timestamptz not null,
  constraint invitations_token_key unique (token),
  constraint invitations_uses_left check (uses_left >= 0)
);
create index invitations_by_inviter on invitations (inviter_id, id desc);
`

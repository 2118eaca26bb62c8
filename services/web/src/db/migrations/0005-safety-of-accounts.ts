/**
 * What keeps accounts safe: sessions that can be told apart and ended, browsers that are known, tries that are counted, a second
 * step, passkeys. It only adds; replicas of the release before go on working beside it.
 */
export const safetyOfAccounts = `
-- In a list of sessions, and in the form that ends one: the token's hash is nobody's business.
alter table sessions
  add column id bigint not null default next_id(),
  add constraint sessions_id_key unique (id);

-- Browsers from which somebody has signed in before. It opens nothing: it has tries of its own, which no stranger can use up.
create table known_devices (
  token_hash bytea not null,
  user_id bigint not null references users (id) on delete cascade,
  expires_at timestamptz not null,
  constraint known_devices_pkey primary key (token_hash, user_id)
);
create index known_devices_by_user on known_devices (user_id);
create index known_devices_by_expiry on known_devices (expires_at);

-- Of somebody who has given the password, and has yet to take the second step. A table of its own, so that what forgets to ask
-- for the second step finds no session.
create table pending_sign_ins (
  token_hash bytea not null,
  user_id bigint not null references users (id) on delete cascade,
  expires_at timestamptz not null,
  constraint pending_sign_ins_pkey primary key (token_hash)
);
create index pending_sign_ins_by_user on pending_sign_ins (user_id);
create index pending_sign_ins_by_expiry on pending_sign_ins (expires_at);

-- How often something was tried of late. Written at every sign-in and worth nothing after a crash: so it is spared the log.
create unlogged table attempts (
  -- SHA-256 of what was tried, and by whom or on whom.
  key bytea not null,
  count integer not null,
  ends_at timestamptz not null,
  constraint attempts_pkey primary key (key)
);
create index attempts_by_end on attempts (ends_at);

create table authenticators (
  user_id bigint not null references users (id) on delete cascade,
  -- What the app on somebody's phone shares with us.
  secret bytea not null,
  created_at timestamptz not null default now(),
  -- Null until a code has shown that the app has it.
  confirmed_at timestamptz,
  -- The half minute of the last code that was taken: it, and all before, are taken no more.
  last_step bigint not null default 0,
  constraint authenticators_pkey primary key (user_id)
);

create table recovery_codes (
  user_id bigint not null references users (id) on delete cascade,
  code_hash bytea not null,
  constraint recovery_codes_pkey primary key (user_id, code_hash)
);

create table passkeys (
  id bigint primary key default next_id(),
  user_id bigint not null references users (id) on delete cascade,
  name text not null,
  -- As the browser names it: base64url.
  credential_id text not null,
  public_key bytea not null,
  -- The host name that it was made for, and works for.
  rp_id text not null,
  sign_count bigint not null,
  transports text[] not null default '{}',
  created_at timestamptz not null default now(),
  last_used_at timestamptz,
  constraint passkeys_credential_id_key unique (credential_id),
  constraint passkeys_credential_id_length check (char_length(credential_id) between 1 and 1400),
  constraint passkeys_name_length check (char_length(name) between 1 and 50)
);
create index passkeys_by_user on passkeys (user_id);

-- What a passkey is asked to sign: once, soon, and in the browser that asked.
create table passkey_challenges (
  challenge text not null,
  holder_hash bytea not null,
  expires_at timestamptz not null,
  constraint passkey_challenges_pkey primary key (challenge)
);
create index passkey_challenges_by_expiry on passkey_challenges (expires_at);
`

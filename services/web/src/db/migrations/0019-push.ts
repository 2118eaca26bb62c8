/** Browsers that are told of notifications while no page is open (docs/decisions/0029). It only adds. */
export const push = `
create table push_subscriptions (
  id bigint primary key default next_id(),
  user_id bigint not null references users (id) on delete cascade,
  -- It ends with the session in which it was made, however that ends.
  session_id bigint not null references sessions (id) on delete cascade,
  -- Where the browser's maker takes what is meant for it. Whoever knows it can tell it to us only for themselves.
  endpoint text not null,
  p256dh text not null,
  auth text not null,
  -- A tag of BCP 47: what the browser asked for, for people who have chosen none.
  language text not null,
  created_at timestamptz not null default now(),
  -- Of what happened until then it has been told, or needs not to be.
  told_until timestamptz not null default date_trunc('milliseconds', now()),
  told_at timestamptz not null default '-infinity',
  constraint push_subscriptions_endpoint_key unique (endpoint),
  constraint push_subscriptions_session_key unique (session_id),
  constraint push_subscriptions_endpoint_length check (char_length(endpoint) between 1 and 1000),
  constraint push_subscriptions_p256dh_length check (char_length(p256dh) = 87),
  constraint push_subscriptions_language check (language ~ '^[A-Za-z0-9-]{2,35}$'),
  constraint push_subscriptions_auth_length check (char_length(auth) = 22)
);
create index push_subscriptions_by_user on push_subscriptions (user_id, id);
`

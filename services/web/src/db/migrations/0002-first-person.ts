/** People, their sessions, their posts and photos. */
export const firstPerson = `
create table users (
  id bigint primary key default next_id(),
  username text not null,
  display_name text not null default '',
  password_hash text not null,
  is_admin boolean not null default false,
  created_at timestamptz not null default now(),
  constraint users_username_key unique (username),
  -- Lower case only, so that unique means unique whatever the case.
  constraint users_username_shape check (username ~ '^[a-z0-9_.]{1,30}$'),
  constraint users_display_name_length check (char_length(display_name) <= 60)
);

create table sessions (
  -- SHA-256 of the token in the cookie: a stolen copy of this table opens nothing.
  token_hash bytea primary key,
  user_id bigint not null references users (id) on delete cascade,
  device text not null default '',
  created_at timestamptz not null default now(),
  last_used_at timestamptz not null default now(),
  expires_at timestamptz not null,
  constraint sessions_device_length check (char_length(device) <= 300)
);
create index sessions_by_user on sessions (user_id);
create index sessions_by_expiry on sessions (expires_at);

create table posts (
  id bigint primary key default next_id(),
  author_id bigint not null references users (id) on delete cascade,
  caption text not null default '',
  -- Null until the photos can be seen: a post with a photo still to be developed is its author's alone.
  published_at timestamptz,
  constraint posts_caption_length check (char_length(caption) <= 2200)
);
create index posts_by_author on posts (author_id, id desc);
create index posts_published on posts (id desc) where published_at is not null;

create table photos (
  id bigint primary key default next_id(),
  post_id bigint not null references posts (id) on delete cascade,
  position smallint not null default 0,
  state text not null default 'received',
  -- Why a refused photo was refused, as its owner reads it.
  refusal text,
  -- 128 random bits in hex: the folder of its renditions, the name of its original. Nobody guesses it.
  media_key text not null,
  original_bytes bigint not null,
  original_sha256 bytea not null,
  -- Of the photo as it is shown, orientation applied. Known once it is developed.
  width integer,
  height integer,
  rendition_widths integer[] not null default '{}',
  constraint photos_media_key_key unique (media_key),
  constraint photos_media_key_shape check (media_key ~ '^[0-9a-f]{32}$'),
  constraint photos_post_position_key unique (post_id, position),
  constraint photos_state check (state in ('received', 'ready', 'refused')),
  constraint photos_refusal check ((state = 'refused') = (refusal is not null)),
  constraint photos_ready check (state <> 'ready' or (width > 0 and height > 0 and cardinality(rendition_widths) > 0))
);
-- Few at any time: what the worker has still to do.
create index photos_received on photos (id) where state = 'received';
`

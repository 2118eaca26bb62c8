/**
 * What people say and show of themselves, and the names that they had before.
 *
 * It only adds, and what it adds has defaults: replicas of the release before go on working beside it.
 */
export const profiles = `
alter table users
  add column bio text not null default '',
  add column website text not null default '',
  -- Light or dark pages, or what the system says.
  add column theme text not null default 'auto',
  -- The renditions of the picture that stands for the person; here, so that whoever reads people has it at hand.
  add column avatar_key text,
  add constraint users_bio_length check (char_length(bio) <= 500),
  add constraint users_website_shape check (website = '' or website ~ '^https?://' and char_length(website) <= 200),
  add constraint users_theme check (theme in ('auto', 'light', 'dark')),
  add constraint users_avatar_key_shape check (avatar_key ~ '^[0-9a-f]{32}$');
create unique index users_avatar_key on users (avatar_key) where avatar_key is not null;

-- Names that somebody has given up, which lead to them and are nobody else's until then (docs/decisions/0024).
create table former_usernames (
  username text not null,
  user_id bigint not null references users (id) on delete cascade,
  held_until timestamptz not null,
  constraint former_usernames_pkey primary key (username)
);
create index former_usernames_by_user on former_usernames (user_id);
create index former_usernames_by_end on former_usernames (held_until);

-- After the row is written, not before: whoever takes a name that is being given up has waited for that in the unique index, and sees
-- here that it is held. It answers as the unique key does, so that whoever writes people has one case to think of.
create function hold_usernames() returns trigger language plpgsql as $$
begin
  delete from former_usernames where username = new.username and (user_id = new.id or held_until <= now());
  if exists (select from former_usernames where username = new.username) then
    raise unique_violation using
      message = 'the name was given up by somebody else lately', table = 'users', constraint = 'users_username_key';
  end if;
  if tg_op = 'UPDATE' then
    insert into former_usernames (username, user_id, held_until) values (old.username, new.id, now() + interval '30 days');
  end if;
  return null;
end
$$;
create trigger users_hold_usernames_new after insert on users for each row execute function hold_usernames();
create trigger users_hold_usernames_changed after update of username on users
  for each row when (old.username <> new.username) execute function hold_usernames();

-- Pictures of people as they were uploaded, and which part is shown: of each person the one that is shown, and one that is still to be
-- developed or cannot be. Which renditions are shown stands with the person.
create table avatars (
  media_key text not null,
  user_id bigint not null references users (id) on delete cascade,
  original_bytes bigint not null,
  original_sha256 bytea not null,
  focal_x real not null,
  focal_y real not null,
  -- How much nearer than the largest square that fits.
  zoom real not null,
  state text not null default 'received',
  refusal text,
  changed_at timestamptz not null default now(),
  constraint avatars_pkey primary key (media_key),
  constraint avatars_media_key_shape check (media_key ~ '^[0-9a-f]{32}$'),
  constraint avatars_focal check (focal_x between 0 and 1 and focal_y between 0 and 1),
  constraint avatars_zoom check (zoom between 1 and 4),
  constraint avatars_state check (state in ('received', 'ready', 'refused')),
  constraint avatars_refusal check ((state = 'refused') = (refusal is not null))
);
create unique index avatars_ready on avatars (user_id) where state = 'ready';
create unique index avatars_new on avatars (user_id) where state <> 'ready';
-- Few at any time: what the worker has still to do.
create index avatars_received on avatars (changed_at) where state = 'received';
`

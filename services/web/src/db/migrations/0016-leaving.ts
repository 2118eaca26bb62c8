/**
 * Leaving: what somebody takes along, and accounts that are hidden until all of them is removed (docs/decisions/0026).
 *
 * It only adds, and what it adds is null: replicas of the release before go on working beside it, but go on showing whoever leaves
 * meanwhile. Some indexes are made anew, for which comments wait.
 */
export const leaving = `
alter table users
  -- When all of it is removed. Until then the account is hidden as a suspended one is, and can be taken back.
  add column leaves_at timestamptz;
create index users_leaving on users (leaves_at) where leaves_at is not null;

-- Few at any time: shown counts leave them out.
drop index users_suspended;
create index users_hidden on users (id)
  where not (approved_at is not null and suspended_at is null and leaves_at is null);
drop index users_last_post;
create index users_last_post on users (id) include (last_post_id)
  where approved_at is not null and suspended_at is null and leaves_at is null and last_post_id is not null;

-- Of all comments, deleted ones too: or whoever removes an account, a post or a comment reads the whole table to find what goes with it.
drop index comments_by_parent;
create index comments_by_parent on comments (parent_id, id);
drop index comments_by_post_author;
create index comments_by_post_author on comments (post_author_id, id desc);
drop index comments_by_parent_author;
create index comments_by_parent_author on comments (parent_author_id, id desc);

create or replace function is_hashtag_listed(subject bigint) returns boolean language plpgsql as $$
declare
  author bigint;
  is_listed boolean;
begin
  select author_id into author from posts
  where id = subject and published_at is not null and deleted_at is null and visibility = 'public';
  if author is null then
    return false;
  end if;
  -- An account that goes private at this moment waits, or is waited for: or this tag would stay counted.
  select not is_private and suspended_at is null and leaves_at is null into is_listed
  from users where id = author for no key update;
  return coalesce(is_listed, false);
end
$$;

create or replace function users_list_hashtags() returns trigger language plpgsql as $$
declare
  listed constant boolean := not new.is_private and new.suspended_at is null and new.leaves_at is null;
begin
  update post_hashtags set is_listed = listed
  from posts
  where posts.id = post_hashtags.post_id and posts.author_id = new.id
    and posts.published_at is not null and posts.deleted_at is null and posts.visibility = 'public'
    and post_hashtags.is_listed <> listed;
  return null;
end
$$;
drop trigger users_list_hashtags on users;
create trigger users_list_hashtags after update of is_private, suspended_at, leaves_at on users
  for each row when (
    (old.is_private, old.suspended_at is null, old.leaves_at is null)
      <> (new.is_private, new.suspended_at is null, new.leaves_at is null)
  ) execute function users_list_hashtags();

-- Names of accounts that were removed, for as long as nobody else may have them: links and mentions of them are still about.
create table departed_names (
  -- SHA-256: nobody reads from it who was here.
  name_hash bytea not null,
  free_at timestamptz not null,
  constraint departed_names_pkey primary key (name_hash)
);
create index departed_names_by_end on departed_names (free_at);

-- As if the name were taken, for every way in which somebody comes to have one.
create function users_name_is_free() returns trigger language plpgsql as $$
begin
  if exists (
    select from departed_names where name_hash = sha256(convert_to(new.username, 'UTF8')) and free_at > now()
  ) then
    raise exception 'this name is not free yet' using errcode = 'unique_violation', constraint = 'users_username_key';
  end if;
  return new;
end
$$;
create trigger users_name_is_free before insert or update of username on users
  for each row execute function users_name_is_free();

-- A sign-in that waits for the second step, or of somebody who leaves, for whether they take that back.
alter table pending_sign_ins
  add column waits_for text not null default 'second step',
  add constraint pending_sign_ins_waits_for check (waits_for in ('second step', 'coming back'));

-- What somebody takes along: one at a time.
create table exports (
  user_id bigint not null references users (id) on delete cascade,
  -- The name of its file: another one for each.
  file_key text not null,
  asked_at timestamptz not null default now(),
  state text not null default 'working',
  percent smallint not null default 0,
  -- Why it failed, as its owner reads it.
  failure text,
  bytes bigint,
  ready_at timestamptz,
  constraint exports_pkey primary key (user_id),
  constraint exports_file_key_key unique (file_key),
  constraint exports_file_key_shape check (file_key ~ '^[0-9a-f]{32}$'),
  constraint exports_state check (state in ('working', 'ready', 'failed')),
  constraint exports_percent check (percent between 0 and 100),
  constraint exports_failure check ((state = 'failed') = (failure is not null)),
  constraint exports_ready check ((state = 'ready') = (bytes is not null and ready_at is not null))
);
create index exports_ready_since on exports (ready_at) where state = 'ready';
create index exports_working on exports (asked_at) where state = 'working';
`

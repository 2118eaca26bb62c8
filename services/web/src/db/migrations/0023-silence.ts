/**
 * Silence: what somebody posts and says is offered to nobody but those who follow them (docs/decisions/0025).
 *
 * It only adds, and what it adds is null: replicas of the release before go on working beside it, but go on offering whoever is silenced
 * meanwhile.
 */
export const silence = `
alter table users
  add column silenced_at timestamptz,
  -- Null once that moderator's account is gone.
  add column silenced_by bigint references users (id) on delete set null,
  add constraint users_silenced_by check (silenced_by is null or silenced_at is not null);
-- Few at any time: counts of comments leave theirs out.
create index users_silenced on users (id) where silenced_at is not null;
-- For whoever deletes the moderator.
create index users_by_silencer on users (silenced_by) where silenced_by is not null;

alter table moderation_log drop constraint moderation_log_action;
alter table moderation_log add constraint moderation_log_action check (
  action in (
    'dismiss', 'remove', 'silence', 'unsilence', 'suspend', 'lift', 'make-member', 'make-moderator', 'make-admin'
  )
);

-- A hashtag counts the posts that everybody finds: so none of somebody silenced, nor of somebody who waits to be let in.
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
  select not is_private and approved_at is not null and suspended_at is null and leaves_at is null and silenced_at is null
  into is_listed
  from users where id = author for no key update;
  return coalesce(is_listed, false);
end
$$;

create or replace function users_list_hashtags() returns trigger language plpgsql as $$
declare
  listed constant boolean := not new.is_private and new.approved_at is not null and new.suspended_at is null
    and new.leaves_at is null and new.silenced_at is null;
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
create trigger users_list_hashtags
  after update of is_private, approved_at, suspended_at, leaves_at, silenced_at on users
  for each row when (
    (old.is_private, old.approved_at is null, old.suspended_at is null, old.leaves_at is null, old.silenced_at is null)
      <> (new.is_private, new.approved_at is null, new.suspended_at is null, new.leaves_at is null, new.silenced_at is null)
  ) execute function users_list_hashtags();
`

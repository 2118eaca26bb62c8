/**
 * What reading notifications needs: nothing is written for a notification itself (docs/decisions/0021). It only adds, and what it adds
 * has defaults: replicas of the release before go on working beside it.
 */
export const notifications = `
-- A day in UTC, the stretch by which likes of one thing are told together.
create function day_of(moment timestamptz) returns date
language sql immutable parallel safe
return (moment at time zone 'UTC')::date;

-- The least id that can be given at a moment or later.
create function id_from(moment timestamptz) returns bigint
language sql immutable parallel safe
return case
  when moment = 'infinity' then 9223372036854775807
  when moment <= id_epoch() then 0
  else least(ceil(extract(epoch from moment - id_epoch()) * 1000), (1::bigint << 40) - 1)::bigint << 23
end;

-- From one liked thing of a day to the next in one step, however many likes lie between them.
create index likes_by_author_day on likes (author_id, day_of(created_at), post_id, created_at);
create index comment_likes_by_author_day on comment_likes (author_id, day_of(created_at), comment_id, created_at);

-- Requests that were accepted: of public accounts both times are the same.
create index follows_accepted on follows (follower_id, accepted_at) where accepted_at > created_at;

-- Since when whom a post mentions can read it: a post may wait for its photos, and an edit may mention somebody later.
alter table post_mentions add column since timestamptz not null default now();
update post_mentions set since = posts.published_at
from posts where posts.id = post_mentions.post_id and posts.published_at is not null;
create index post_mentions_lately on post_mentions (user_id, since desc);

create function post_mentions_begin() returns trigger language plpgsql as $$
begin
  update post_mentions set since = new.published_at where post_id = new.id;
  return null;
end
$$;
create trigger post_mentions_begin after update of published_at on posts for each row
  when (old.published_at is null and new.published_at is not null) execute function post_mentions_begin();

-- Somebody as a reader of notifications; who has no row has read nothing, and is told of everything.
create table notification_readers (
  user_id bigint primary key references users (id) on delete cascade,
  -- What has happened from then on is unread. In whole milliseconds, as positions on the page.
  unread_since timestamptz not null default '-infinity',
  -- By whom each kind has to be done to be told.
  likes text not null default 'everyone',
  comments text not null default 'everyone',
  mentions text not null default 'everyone',
  follows text not null default 'everyone',
  -- Open pages look at this to learn that the count is another one.
  changed_at timestamptz not null default now(),
  constraint notification_readers_likes check (likes in ('everyone', 'following', 'nobody')),
  constraint notification_readers_comments check (comments in ('everyone', 'following', 'nobody')),
  constraint notification_readers_mentions check (mentions in ('everyone', 'following', 'nobody')),
  constraint notification_readers_follows check (follows in ('everyone', 'following', 'nobody'))
);
-- Nobody is told of what has lain there before there were notifications.
insert into notification_readers (user_id, unread_since) select id, date_trunc('milliseconds', now()) from users;
`

/**
 * What reading asks for: the home feed, the hashtags and the newest posts without a step over what is not shown, how far somebody has
 * read, and what the worker has found out about what is popular. It only adds; replicas of the release before go on working beside it.
 */
export const reading = `
-- What followers find in their feed, narrow, so that the feed reads nothing but the index: it is the rule of users.last_post_id.
create index posts_in_feeds on posts (author_id, id desc)
  where published_at is not null and deleted_at is null and visibility <> 'direct';

-- What pages for everybody begin with.
create index posts_public on posts (id desc)
  where published_at is not null and deleted_at is null and visibility = 'public';

-- The newest post of thousands of followees without their rows: most of what a feed costs (docs/decisions/0018).
create index users_last_post on users (id) include (last_post_id) where suspended_at is null and last_post_id is not null;

-- As before, with the one who is followed in it: whom somebody follows is read from the index alone.
drop index follows_by_follower_lately;
create index follows_by_follower_lately on follows (follower_id, accepted_at desc) include (followee_id);

create table feed_marks (
  user_id bigint primary key references users (id) on delete cascade,
  -- The newest post that stood at the top of this person's home page. No foreign key: it is a place in time, and outlives the post.
  seen_id bigint not null,
  -- What it was when the visit began: from there down everything has been seen before.
  caught_up_id bigint not null,
  visit_began_at timestamptz not null default now()
);

-- What is popular at one time: rows are never changed, so that somebody who pages through them misses nothing.
create table post_scores (
  -- An id, and so a time.
  computation bigint not null,
  place integer not null,
  post_id bigint not null references posts (id) on delete cascade,
  score double precision not null,
  constraint post_scores_pkey primary key (computation, place)
);
create index post_scores_by_post on post_scores (post_id);

create table popular_people (
  person_id bigint primary key references users (id) on delete cascade,
  place integer not null
);
create index popular_people_by_place on popular_people (place);
`

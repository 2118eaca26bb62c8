/**
 * What people do with each other: likes, comments, bookmarks, blocks, mutes, reports. The rules that must hold whatever is done at
 * once are triggers, so that they hold for every way in: counters are those of the rows that were written, and where one has blocked
 * the other, neither follows, likes or comments (docs/decisions/0015).
 *
 * It only adds, and what it adds has defaults: replicas of the release before go on working beside it.
 */
export const peopleAndEachOther = `
alter table users
  add column follower_count integer not null default 0,
  add column following_count integer not null default 0,
  -- Posts that others can see at all: published, not deleted, not direct.
  add column post_count integer not null default 0,
  -- Of these, those that are meant for everybody.
  add column open_post_count integer not null default 0,
  -- The newest post that followers find in their feed: exact, since the feed leaves out whoever has none new enough.
  add column last_post_id bigint,
  -- Who may comment on this person's posts.
  add column comments_from text not null default 'everyone',
  -- Signed out and not to be seen, until a moderator says otherwise.
  add column suspended_at timestamptz,
  add column is_moderator boolean not null default false,
  add constraint users_comments_from check (comments_from in ('everyone', 'followers'));

alter table posts
  add column like_count integer not null default 0,
  add column comment_count integer not null default 0;

-- Counters change often: room for the new version of a row beside the old one spares the indexes.
alter table users set (fillfactor = 80);
alter table posts set (fillfactor = 80);

create index follows_by_followee_lately on follows (followee_id, created_at desc);
create index follows_by_follower_lately on follows (follower_id, accepted_at desc);

create table blocks (
  blocker_id bigint not null references users (id) on delete cascade,
  blocked_id bigint not null references users (id) on delete cascade,
  created_at timestamptz not null default now(),
  constraint blocks_pkey primary key (blocker_id, blocked_id),
  constraint blocks_not_oneself check (blocker_id <> blocked_id)
);
create index blocks_by_blocked on blocks (blocked_id, blocker_id);

create table mutes (
  muter_id bigint not null references users (id) on delete cascade,
  muted_id bigint not null references users (id) on delete cascade,
  hides_notifications boolean not null default true,
  -- Null for one without an end.
  ends_at timestamptz,
  created_at timestamptz not null default now(),
  constraint mutes_pkey primary key (muter_id, muted_id),
  constraint mutes_not_oneself check (muter_id <> muted_id)
);
create index mutes_by_muted on mutes (muted_id);

create table likes (
  post_id bigint not null references posts (id) on delete cascade,
  user_id bigint not null references users (id) on delete cascade,
  -- The post's author, who is told of it: notifications are read from here.
  author_id bigint not null references users (id) on delete cascade,
  created_at timestamptz not null default now(),
  constraint likes_pkey primary key (post_id, user_id)
);
create index likes_by_user on likes (user_id, post_id desc);
create index likes_by_author on likes (author_id, created_at desc);

create table comments (
  id bigint primary key default next_id(),
  post_id bigint not null references posts (id) on delete cascade,
  author_id bigint not null references users (id) on delete cascade,
  -- Of a reply, the comment that it stands below: one level, as on Instagram.
  parent_id bigint references comments (id) on delete cascade,
  text text not null,
  -- Who is told of it: the author of the post, and of a reply that of the comment that was answered.
  post_author_id bigint not null references users (id) on delete cascade,
  parent_author_id bigint references users (id) on delete cascade,
  like_count integer not null default 0,
  idempotency_key text,
  -- A tombstone keeps id and author; the text goes at once.
  deleted_at timestamptz,
  constraint comments_text_length check (char_length(text) <= 2200),
  constraint comments_text_gone check ((deleted_at is null) = (text <> '')),
  constraint comments_reply check ((parent_id is null) = (parent_author_id is null)),
  constraint comments_idempotency_key_length check (char_length(idempotency_key) between 1 and 200),
  constraint comments_author_idempotency_key unique (author_id, idempotency_key)
);
create index comments_by_post on comments (post_id, id) where parent_id is null and deleted_at is null;
create index comments_by_parent on comments (parent_id, id) where deleted_at is null;
create index comments_all_by_post on comments (post_id);
create index comments_by_author on comments (author_id, id desc);
create index comments_by_post_author on comments (post_author_id, id desc) where deleted_at is null;
create index comments_by_parent_author on comments (parent_author_id, id desc) where deleted_at is null;

create table comment_likes (
  comment_id bigint not null references comments (id) on delete cascade,
  user_id bigint not null references users (id) on delete cascade,
  -- The comment's author, who is told of it.
  author_id bigint not null references users (id) on delete cascade,
  created_at timestamptz not null default now(),
  constraint comment_likes_pkey primary key (comment_id, user_id)
);
create index comment_likes_by_user on comment_likes (user_id, comment_id);
create index comment_likes_by_author on comment_likes (author_id, created_at desc);

create table comment_mentions (
  comment_id bigint not null references comments (id) on delete cascade,
  user_id bigint not null references users (id) on delete cascade,
  constraint comment_mentions_pkey primary key (comment_id, user_id)
);
create index comment_mentions_by_user on comment_mentions (user_id, comment_id desc);

create table bookmarks (
  user_id bigint not null references users (id) on delete cascade,
  post_id bigint not null references posts (id) on delete cascade,
  -- Pages of what was saved go by this.
  id bigint not null default next_id(),
  constraint bookmarks_pkey primary key (user_id, post_id)
);
create index bookmarks_lately on bookmarks (user_id, id desc);
create index bookmarks_by_post on bookmarks (post_id);

create table collections (
  id bigint primary key default next_id(),
  owner_id bigint not null references users (id) on delete cascade,
  name text not null,
  constraint collections_name_length check (char_length(name) between 1 and 50),
  constraint collections_owner_name unique (owner_id, name),
  constraint collections_owner_id unique (owner_id, id)
);

-- What is in a collection is saved, and is its owner's.
create table collection_posts (
  owner_id bigint not null,
  collection_id bigint not null,
  post_id bigint not null,
  id bigint not null default next_id(),
  constraint collection_posts_pkey primary key (collection_id, post_id),
  constraint collection_posts_collection foreign key (owner_id, collection_id)
    references collections (owner_id, id) on delete cascade,
  constraint collection_posts_bookmark foreign key (owner_id, post_id)
    references bookmarks (user_id, post_id) on delete cascade
);
create index collection_posts_by_bookmark on collection_posts (owner_id, post_id);
create index collection_posts_lately on collection_posts (collection_id, id desc);

create table hashtag_follows (
  user_id bigint not null references users (id) on delete cascade,
  tag text not null,
  created_at timestamptz not null default now(),
  constraint hashtag_follows_pkey primary key (user_id, tag),
  constraint hashtag_follows_tag_length check (char_length(tag) between 1 and 200)
);

create table reports (
  id bigint primary key default next_id(),
  reporter_id bigint references users (id) on delete set null,
  -- What is reported: one of these.
  post_id bigint references posts (id) on delete cascade,
  comment_id bigint references comments (id) on delete cascade,
  person_id bigint references users (id) on delete cascade,
  reason text not null,
  note text not null default '',
  -- Null while it waits for a moderator.
  settled_at timestamptz,
  settled_by bigint references users (id) on delete set null,
  constraint reports_one_thing check (num_nonnulls(post_id, comment_id, person_id) = 1),
  constraint reports_reason check (reason in ('spam', 'nudity', 'hate', 'violence', 'bullying', 'rights', 'other')),
  constraint reports_note_length check (char_length(note) <= 1000)
);
create index reports_waiting on reports (id) where settled_at is null;
create unique index reports_post_once on reports (reporter_id, post_id) where settled_at is null;
create unique index reports_comment_once on reports (reporter_id, comment_id) where settled_at is null;
create unique index reports_person_once on reports (reporter_id, person_id) where settled_at is null;
create index reports_by_post on reports (post_id) where post_id is not null;
create index reports_by_comment on reports (comment_id) where comment_id is not null;
create index reports_by_person on reports (person_id) where person_id is not null;

${blocking()}
${counting()}

update users set
  follower_count = (select count(*) from follows where followee_id = users.id and accepted_at is not null),
  following_count = (select count(*) from follows where follower_id = users.id and accepted_at is not null),
  post_count = (select count(*) from posts where author_id = users.id and ${isCounted('posts')}),
  open_post_count = (select count(*) from posts where author_id = users.id and ${isOpen('posts')}),
  last_post_id = (select max(id) from posts where author_id = users.id and ${isCounted('posts')});
`

function isCounted(row: string): string {
  return `${row}.published_at is not null and ${row}.deleted_at is null and ${row}.visibility <> 'direct'`
}

function isOpen(row: string): string {
  return `${row}.published_at is not null and ${row}.deleted_at is null and ${row}.visibility in ('public', 'unlisted')`
}

/** Where one has blocked the other, what either does to the other is not written: the insert gives no row. */
function blocking(): string {
  const guard = (table: string, one: string, other: string) => `
create function ${table}_unless_blocked() returns trigger language plpgsql as $$
begin
  return case when lock_and_find_block(new.${one}, new.${other}) then null else new end;
end
$$;
create trigger ${table}_unless_blocked before insert on ${table}
  for each row execute function ${table}_unless_blocked();`
  return `
create function lock_pair(one bigint, other bigint) returns void language sql volatile
begin atomic
  -- Held until the transaction ends: of a block and a follow that come at once, the second sees the first.
  select pg_advisory_xact_lock(hashtextextended(least(one, other) || ':' || greatest(one, other), 4872360151));
end;

create function lock_and_find_block(one bigint, other bigint) returns boolean language plpgsql volatile as $$
begin
  if one = other then
    return false;
  end if;
  perform lock_pair(one, other);
  return exists (select from blocks where (blocker_id, blocked_id) in ((one, other), (other, one)));
end
$$;
${guard('follows', 'follower_id', 'followee_id')}
${guard('likes', 'user_id', 'author_id')}

create function comments_unless_blocked() returns trigger language plpgsql as $$
begin
  if lock_and_find_block(new.author_id, new.post_author_id) then
    return null;
  end if;
  if new.parent_id is not null then
    -- Whoever deletes a comment takes its replies with it, so none may come in between.
    perform from comments where id = new.parent_id and deleted_at is null for share;
    if not found then
      return null;
    end if;
  end if;
  return new;
end
$$;
create trigger comments_unless_blocked before insert on comments
  for each row execute function comments_unless_blocked();
${guard('comment_likes', 'user_id', 'author_id')}

create function blocks_lock_pair() returns trigger language plpgsql as $$
begin
  perform lock_pair(new.blocker_id, new.blocked_id);
  return new;
end
$$;
create trigger blocks_lock_pair before insert on blocks for each row execute function blocks_lock_pair();

-- What was between the two goes, and does not come back when the block is lifted.
create function blocks_part() returns trigger language plpgsql as $$
declare
  one constant bigint := new.blocker_id;
  other constant bigint := new.blocked_id;
  -- Taken before what they are counted in, as by whoever takes a like back.
  liked_comments constant bigint[] := array(
    select comment_id from comment_likes where (user_id, author_id) in ((one, other), (other, one)) for update
  );
  liked_posts constant bigint[] := array(
    select post_id from likes where (user_id, author_id) in ((one, other), (other, one)) for update
  );
  parted constant bigint[] := array(
    select id from comments
    where deleted_at is null and (author_id, post_author_id) in ((one, other), (other, one))
  );
  -- With a comment go the replies to it.
  replies bigint[];
begin
  -- All that changes, in the order in which everybody takes it: comments, those that have replies first; posts; users.
  perform from comments where id = any(liked_comments || parted) and parent_id is null order by id for no key update;
  replies := array(select id from comments where parent_id = any(parted) and deleted_at is null);
  perform from comments where id = any(liked_comments || parted || replies) order by id for no key update;
  perform from posts
  where id = any(liked_posts) or id in (select post_id from comments where id = any(parted))
  order by id for no key update;
  delete from comment_likes where (user_id, author_id) in ((one, other), (other, one));
  update comments set text = '', deleted_at = now() where id = any(parted || replies) and deleted_at is null;
  delete from likes where (user_id, author_id) in ((one, other), (other, one));
  delete from follows where (follower_id, followee_id) in ((one, other), (other, one));
  return null;
end
$$;
create trigger blocks_part after insert on blocks for each row execute function blocks_part();`
}

/** Counters are kept by what was really written, whoever writes it, a cascade included. */
function counting(): string {
  /** One trigger for each of insert, update and delete: what was there stands in "gone", what is there now in "come". */
  const triggers = (table: string, name: string, operations: readonly ('insert' | 'update' | 'delete')[]) =>
    operations
      .map((operation) => {
        const tables = {
          insert: 'new table as come',
          update: 'old table as gone new table as come',
          delete: 'old table as gone',
        }[operation]
        return `
create trigger ${name}_${operation} after ${operation} on ${table} referencing ${tables}
  for each statement execute function ${name}();`
      })
      .join('')
  return `
create function count_likes() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    perform from posts where id in (select post_id from come) order by id for no key update;
    update posts set like_count = like_count + n
    from (select post_id, count(*) as n from come group by post_id) as changed where id = post_id;
  else
    perform from posts where id in (select post_id from gone) order by id for no key update;
    update posts set like_count = like_count - n
    from (select post_id, count(*) as n from gone group by post_id) as changed where id = post_id;
  end if;
  return null;
end
$$;
${triggers('likes', 'count_likes', ['insert', 'delete'])}

create function count_comment_likes() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    perform from comments where id in (select comment_id from come) order by id for no key update;
    update comments set like_count = like_count + n
    from (select comment_id, count(*) as n from come group by comment_id) as changed where id = comment_id;
  else
    perform from comments where id in (select comment_id from gone) order by id for no key update;
    update comments set like_count = like_count - n
    from (select comment_id, count(*) as n from gone group by comment_id) as changed where id = comment_id;
  end if;
  return null;
end
$$;
${triggers('comment_likes', 'count_comment_likes', ['insert', 'delete'])}

create function add_comment_counts(post_ids bigint[], sign integer) returns void language plpgsql as $$
begin
  if post_ids is null then
    return;
  end if;
  perform from posts where id = any(post_ids) order by id for no key update;
  update posts set comment_count = comment_count + sign * n
  from (select post_id, count(*) as n from unnest(post_ids) as post_id group by post_id) as changed where id = post_id;
end
$$;
create function count_comments() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    perform add_comment_counts((select array_agg(post_id) from come where deleted_at is null), 1);
  elsif tg_op = 'DELETE' then
    perform add_comment_counts((select array_agg(post_id) from gone where deleted_at is null), -1);
  else
    perform add_comment_counts((
      select array_agg(come.post_id) from come join gone using (id)
      where come.deleted_at is not null and gone.deleted_at is null
    ), -1);
  end if;
  return null;
end
$$;
${triggers('comments', 'count_comments', ['insert', 'delete', 'update'])}

create function add_follow_counts(followers bigint[], followees bigint[], sign integer) returns void
language plpgsql as $$
begin
  if followers is null then
    return;
  end if;
  perform from users where id = any(followers) or id = any(followees) order by id for no key update;
  update users set
    following_count = following_count + sign * following, follower_count = follower_count + sign * followed
  from (
    select person_id, count(*) filter (where is_follower) as following, count(*) filter (where not is_follower) as followed
    from (
      select unnest(followers) as person_id, true as is_follower union all select unnest(followees), false
    ) as sides
    group by person_id
  ) as changed
  where id = person_id;
end
$$;
create function count_follows() returns trigger language plpgsql as $$
declare
  followers bigint[];
  followees bigint[];
begin
  if tg_op = 'INSERT' then
    select array_agg(follower_id), array_agg(followee_id) into followers, followees
    from come where accepted_at is not null;
    perform add_follow_counts(followers, followees, 1);
  elsif tg_op = 'DELETE' then
    select array_agg(follower_id), array_agg(followee_id) into followers, followees
    from gone where accepted_at is not null;
    perform add_follow_counts(followers, followees, -1);
  else
    select array_agg(follower_id), array_agg(followee_id) into followers, followees
    from come join gone using (follower_id, followee_id)
    where come.accepted_at is not null and gone.accepted_at is null;
    perform add_follow_counts(followers, followees, 1);
  end if;
  return null;
end
$$;
${triggers('follows', 'count_follows', ['insert', 'delete', 'update'])}

create function add_post_counts(author_ids bigint[], counted integer[], open integer[]) returns void
language plpgsql as $$
begin
  if author_ids is null then
    return;
  end if;
  perform from users where id = any(author_ids) order by id for no key update;
  update users set
    post_count = post_count + more_counted, open_post_count = open_post_count + more_open,
    last_post_id = (
      select posts.id from posts where posts.author_id = users.id and ${isCounted('posts')} order by posts.id desc limit 1
    )
  from (
    select author_id, sum(c) as more_counted, sum(o) as more_open
    from unnest(author_ids, counted, open) as changes (author_id, c, o) group by author_id
  ) as changed
  where id = author_id;
end
$$;
create function count_posts() returns trigger language plpgsql as $$
declare
  authors bigint[];
  counted integer[];
  open integer[];
begin
  if tg_op = 'INSERT' then
    select array_agg(author_id), array_agg((${isCounted('come')})::int), array_agg((${isOpen('come')})::int)
    into authors, counted, open from come where ${isCounted('come')};
  elsif tg_op = 'DELETE' then
    select array_agg(author_id), array_agg(-(${isCounted('gone')})::int), array_agg(-(${isOpen('gone')})::int)
    into authors, counted, open from gone where ${isCounted('gone')};
  else
    -- An id changes only while a post is a draft, which counts for nothing.
    select array_agg(come.author_id), array_agg((${isCounted('come')})::int - coalesce((${isCounted('gone')})::int, 0)),
      array_agg((${isOpen('come')})::int - coalesce((${isOpen('gone')})::int, 0))
    into authors, counted, open
    from come left join gone using (id)
    where (${isCounted('come')}) is distinct from coalesce(${isCounted('gone')}, false)
      or (${isOpen('come')}) is distinct from coalesce(${isOpen('gone')}, false);
  end if;
  perform add_post_counts(authors, counted, open);
  return null;
end
$$;
${triggers('posts', 'count_posts', ['insert', 'delete', 'update'])}
`
}

/**
 * Posts as people know them: several photos in an order, a place, an audience, an edit history, drafts and tombstones; and for
 * photos what is needed to show them well. Follows and private accounts are here because they decide who sees a photo.
 *
 * Replicas and workers of the release before go on working beside it, but they know only posts that everybody may see. So stop them
 * first where there are others; in this release there are none yet.
 */
export const photosAndPosts = `
-- In the order in which readers take them, and all at once, so that nobody waits in a circle.
set local lock_timeout = 0;
lock table photos, posts, users in access exclusive mode;

alter table users
  add column is_private boolean not null default false,
  -- Whether the camera and its settings are told beside this person's photos.
  add column shows_camera boolean not null default false;

create table follows (
  follower_id bigint not null references users (id) on delete cascade,
  followee_id bigint not null references users (id) on delete cascade,
  created_at timestamptz not null default now(),
  -- Null while a private account has been asked and has not answered.
  accepted_at timestamptz,
  constraint follows_pkey primary key (follower_id, followee_id),
  constraint follows_not_oneself check (follower_id <> followee_id)
);
create index follows_by_followee on follows (followee_id, follower_id);

alter table posts
  add column place text not null default '',
  add column visibility text not null default 'public',
  add column allows_comments boolean not null default true,
  -- Null for a post that needs no warning; empty for one that is sensitive without a word about why.
  add column content_warning text,
  -- Not posted yet: its author's alone, and swept some days after it was touched last.
  add column is_draft boolean not null default false,
  -- The id that it had as a draft, so that a second click on Share finds what the first one made.
  add column drafted_as bigint,
  add column edited_at timestamptz,
  -- A tombstone keeps id and author, so that the post can never come back; the rest goes when purged_at is set.
  add column deleted_at timestamptz,
  add column purged_at timestamptz,
  add column idempotency_key text,
  add constraint posts_place_length check (char_length(place) <= 100),
  add constraint posts_visibility check (visibility in ('public', 'unlisted', 'private', 'direct')),
  add constraint posts_content_warning_length check (char_length(content_warning) <= 500),
  add constraint posts_idempotency_key_length check (char_length(idempotency_key) between 1 and 200),
  add constraint posts_draft_unpublished check (not (is_draft and published_at is not null)),
  add constraint posts_author_idempotency_key unique (author_id, idempotency_key),
  add constraint posts_author_drafted_as unique (author_id, drafted_as);
-- Few at any time: what the worker sweeps.
create index posts_unpublished on posts (id) where published_at is null;
create index posts_deleted on posts (deleted_at) where deleted_at is not null and purged_at is null;

-- A draft becomes a post under a new id, the time of its posting.
alter table photos
  drop constraint photos_post_id_fkey,
  add constraint photos_post_id_fkey foreign key (post_id) references posts (id) on update cascade on delete cascade,
  -- Checked at the end of a statement, so that photos can change places.
  drop constraint photos_post_position_key,
  add constraint photos_post_position_key unique (post_id, position) deferrable initially immediate,
  add column alt_text text not null default '',
  -- What matters most in the picture, from 0 (left, top) to 1: the middle of its square.
  add column focal_x real not null default 0.5,
  add column focal_y real not null default 0.5,
  -- The folder of its renditions: another one each time they are made anew, because what a name stands for never changes.
  add column rendition_key text,
  add column square_sizes integer[] not null default '{}',
  add column avif_done boolean not null default false,
  add column original_format text,
  add column blurhash text,
  add column dominant_colour text,
  add column camera jsonb,
  -- What the renditions were made with, to find those that an older release or setting made.
  add column recipe text,
  add constraint photos_alt_text_length check (char_length(alt_text) <= 1500),
  add constraint photos_position check (position between 0 and 19),
  add constraint photos_focal_point check (focal_x between 0 and 1 and focal_y between 0 and 1),
  add constraint photos_rendition_key_key unique (rendition_key),
  add constraint photos_rendition_key_shape check (rendition_key ~ '^[0-9a-f]{32}$'),
  add constraint photos_dominant_colour_shape check (dominant_colour ~ '^#[0-9a-f]{6}$'),
  add constraint photos_blurhash_length check (char_length(blurhash) <= 100);
update photos set rendition_key = media_key where state = 'ready';
-- A worker of the release before knows one key for both.
create function photos_default_rendition_key() returns trigger language plpgsql as $$
begin
  if new.state = 'ready' and new.rendition_key is null then
    new.rendition_key := new.media_key;
  end if;
  return new;
end
$$;
create trigger photos_default_rendition_key before insert or update of state on photos
  for each row execute function photos_default_rendition_key();
-- "Have I shared this one before?"
create index photos_by_sha256 on photos (original_sha256);

create table post_revisions (
  id bigint primary key default next_id(),
  post_id bigint not null references posts (id) on update cascade on delete cascade,
  caption text not null,
  place text not null,
  visibility text not null,
  content_warning text,
  -- In the order of the photos.
  alt_texts text[] not null
);
create index post_revisions_by_post on post_revisions (post_id, id desc);

create table post_hashtags (
  post_id bigint not null references posts (id) on update cascade on delete cascade,
  -- As it is compared: NFKC, lower case, without the sign.
  tag text not null,
  constraint post_hashtags_pkey primary key (post_id, tag),
  constraint post_hashtags_tag_length check (char_length(tag) between 1 and 200)
);
create index post_hashtags_by_tag on post_hashtags (tag, post_id desc);

create table post_mentions (
  post_id bigint not null references posts (id) on update cascade on delete cascade,
  user_id bigint not null references users (id) on delete cascade,
  constraint post_mentions_pkey primary key (post_id, user_id)
);
create index post_mentions_by_user on post_mentions (user_id, post_id desc);
`

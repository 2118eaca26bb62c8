/** What moderators have done, and what finds those with a rank. It only adds. */
export const moderation = `
create table moderation_log (
  id bigint primary key default next_id(),
  -- The log outlives accounts, posts and comments: it goes on saying what was done and when.
  moderator_id bigint references users (id) on delete set null,
  action text not null,
  thing text not null,
  -- Who it is, or whose it is.
  person_id bigint references users (id) on delete set null,
  post_id bigint references posts (id) on delete set null,
  comment_id bigint references comments (id) on delete set null,
  note text not null default '',
  constraint moderation_log_action check (
    action in ('dismiss', 'remove', 'suspend', 'lift', 'make-member', 'make-moderator', 'make-admin')
  ),
  constraint moderation_log_thing check (thing in ('post', 'comment', 'person')),
  constraint moderation_log_note_length check (char_length(note) <= 1000)
);
create index moderation_log_by_person on moderation_log (person_id, id desc);
-- For whoever deletes what stands in it.
create index moderation_log_by_moderator on moderation_log (moderator_id);
create index moderation_log_by_post on moderation_log (post_id) where post_id is not null;
create index moderation_log_by_comment on moderation_log (comment_id) where comment_id is not null;
create index reports_by_reporter on reports (reporter_id);
create index reports_by_settler on reports (settled_by) where settled_by is not null;

-- Few at any time.
create index users_with_rank on users (id) where is_admin or is_moderator;
`

/**
 * What admins decide about accounts and jobs (docs/decisions/0026): deleting somebody suspended, letting the password alone do again,
 * and what becomes of jobs that failed. It only adds.
 */
export const adminsDecide = `
alter table users
  -- Since when an admin has the account removed, rather than its owner: then only an admin takes that back.
  add column expelled_at timestamptz,
  add constraint users_expelled check (expelled_at is null or suspended_at is not null and leaves_at is not null);

alter table moderation_log drop constraint moderation_log_action;
alter table moderation_log add constraint moderation_log_action check (
  action in (
    'dismiss', 'remove', 'silence', 'unsilence', 'suspend', 'lift', 'make-member', 'make-moderator', 'make-admin',
    'delete', 'keep', 'reset-second-step', 'retry', 'let-be'
  )
);
alter table moderation_log drop constraint moderation_log_thing;
alter table moderation_log add constraint moderation_log_thing check (thing in ('post', 'comment', 'person', 'job'));
`

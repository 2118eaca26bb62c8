/**
 * Mail about what somebody has missed (docs/decisions/0027). It only adds, and what it adds has defaults: replicas of the release before
 * go on working beside it.
 */
export const mailAboutNews = `
alter table notification_readers
  add column mails_news boolean not null default false,
  -- When the last letter was asked for: what happened before has been told, or was there before letters were wanted.
  add column news_mailed_at timestamptz,
  -- What stands in the letters' link to stop them. Not a hash: each letter has it, and it opens nothing.
  add column news_token text,
  add constraint notification_readers_news check (not mails_news or news_mailed_at is not null and news_token is not null);
create unique index notification_readers_news_token on notification_readers (news_token) where news_token is not null;
create index notification_readers_news_due on notification_readers (news_mailed_at) where mails_news;
`

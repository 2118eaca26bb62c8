/**
 * What lists of people are paged by, and what lets nobody wait before an account that has become public.
 *
 * It only adds, and what it adds has defaults: replicas of the release before go on working beside it.
 */
export const relations = `
-- Lists of people go by these, the newest first. Of a follow it is drawn again when a request is accepted.
alter table follows add column id bigint not null default next_id();
alter table blocks add column id bigint not null default next_id();
alter table mutes add column id bigint not null default next_id();
create index follows_by_followee_newest on follows (followee_id, id desc);
create index follows_by_follower_newest on follows (follower_id, id desc);
-- Few at any time, beside followers who may be millions.
create index follows_waiting on follows (followee_id, id desc) where accepted_at is null;
create index blocks_newest on blocks (blocker_id, id desc);
create index mutes_newest on mutes (muter_id, id desc);

-- The door of an account: whoever follows passes through it, and going public or private waits until nobody is in it. Not a lock of
-- the account's row, which counting takes as well, and in an order of its own.
create function door_of(person bigint) returns bigint language sql immutable
return hashtextextended(person::text, 4872360152);

create or replace function follows_unless_blocked() returns trigger language plpgsql as $$
begin
  if lock_and_find_block(new.follower_id, new.followee_id) then
    return null;
  end if;
  perform pg_advisory_xact_lock_shared(door_of(new.followee_id));
  if new.accepted_at is null and exists (select from users where id = new.followee_id and not is_private) then
    new.accepted_at := now();
  end if;
  return new;
end
$$;
`

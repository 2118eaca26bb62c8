/**
 * Instagram's ids: 41 bits of milliseconds since our epoch, 13 bits of logical shard, 10 bits of sequence. They sort by
 * time, and leave room to split the data over servers later.
 * https://instagram-engineering.com/sharding-ids-at-instagram-1cf5a71e5a5c
 *
 * The original takes `nextval % 1024` beside the clock, which repeats an id when 1,024 are drawn within a millisecond, or
 * when a process is held up between reading the one and the other. Here the sequence itself is the clock: it holds
 * (millisecond << 10 | sequence) of the last id given, and moves to the present or one further, whichever is later. So ids
 * always rise, whatever the system clock does, and a burst borrows from the next millisecond instead of repeating.
 *
 * The advisory lock is a session's, but taken and given back within one statement, so it is safe behind a pooler. A
 * transaction's lock would make every writer wait for the slowest commit.
 */
export const ids = `
create sequence id_clock as bigint minvalue 0 start 0;

create function id_epoch() returns timestamptz
language sql immutable parallel safe
return timestamptz '2026-01-01 00:00:00+00';

create function make_id(ms bigint, shard integer, seq integer) returns bigint
language plpgsql immutable parallel safe as $$
begin
  -- bigint has a sign, which leaves 40 of the 41 bits: enough until the end of 2060.
  if ms is null or ms < 0 or ms >= 1::bigint << 40 then
    raise exception 'id time % is outside 40 bits', ms using errcode = 'numeric_value_out_of_range';
  end if;
  if shard is null or shard < 0 or shard >= 1 << 13 then
    raise exception 'id shard % is outside 13 bits', shard using errcode = 'numeric_value_out_of_range';
  end if;
  if seq is null or seq < 0 or seq >= 1 << 10 then
    raise exception 'id sequence % is outside 10 bits', seq using errcode = 'numeric_value_out_of_range';
  end if;
  -- These operators have one precedence in PostgreSQL: only the parentheses say what belongs together.
  return (ms << 23) | (shard::bigint << 10) | seq;
end
$$;

create function id_time(id bigint) returns timestamptz
language sql immutable parallel safe
return id_epoch() + (id >> 23) * interval '1 millisecond';

create function next_id() returns bigint
language plpgsql volatile as $$
declare
  lock_key constant bigint := 4872360148;
  tick bigint;
  present bigint;
begin
  begin
    -- In here, so that it is given back whatever cuts us off. To give back what was not taken is but a warning.
    perform pg_advisory_lock(lock_key);
    tick := nextval('id_clock');
    present := floor(extract(epoch from clock_timestamp() - id_epoch()) * 1000)::bigint << 10;
    if tick < present then
      tick := setval('id_clock', present);
    end if;
  exception when others or query_canceled then
    perform pg_advisory_unlock(lock_key);
    raise;
  end;
  perform pg_advisory_unlock(lock_key);
  return make_id(tick >> 10, 0, (tick & 1023)::integer);
end
$$;
`

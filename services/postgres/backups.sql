-- Run by allow-backups, as the superuser postgres; a second time it changes the password only.

-- Were one of these statements slow or wrong, the log would quote it with the password in it.
set log_min_duration_statement = -1;
set log_min_error_statement = panic;
-- And so would its statistics.
set pg_stat_statements.track_utility = off;
-- A second time most of it is there.
set client_min_messages = warning;

\getenv password REPLICATION_PASSWORD
select not exists (select from pg_roles where rolname = 'gramstack_backup') as is_new \gset
\if :is_new
create role gramstack_backup;
\endif
alter role gramstack_backup login replication password :'password';
grant connect on database gramstack to gramstack_backup;
-- To see how far its own stream of WAL has come.
grant pg_read_all_stats to gramstack_backup;

-- When backups were last made, for whoever wants to know: one row, written with every pass. Here rather than in a migration, for it
-- belongs to the role that copies the database, and is there only where that is.
create schema if not exists backup authorization gramstack_backup;
set role gramstack_backup;
create table if not exists backup.state (
  is_only boolean primary key default true,
  -- The pass that was last begun.
  began_at timestamptz,
  -- What was committed until then can be restored.
  safe_until timestamptz,
  -- How often there is to be a pass.
  promised_seconds integer,
  -- When a backup was last restored for a trial.
  verified_at timestamptz,
  constraint state_is_only check (is_only)
);
insert into backup.state default values on conflict do nothing;
grant usage on schema backup to gramstack;
grant select on backup.state to gramstack;

/**
 * What a release needs to know of a database that another has changed, and whose photos belong to it (docs/decisions/0034).
 * It only adds.
 */
export const upgrades = `
create table upgrades (
  -- A step, as in the table migrations.
  step text primary key,
  -- Since which version nobody uses what the step takes away. Null where it only adds: every version goes on beside it.
  unused_since text,
  taken_at timestamptz not null default now()
);
insert into upgrades (step) select name from migrations;

create table installation (
  -- Stands on the media volume as well.
  id uuid primary key default gen_random_uuid()
);
create unique index installation_one_row on installation ((true));
insert into installation default values;
`

/**
 * `gramstack slow-queries` reads what pg_stat_statements counts (docs/decisions/0032). Only a superuser may install that, and it is there in our
 * own clusters; elsewhere it is done without.
 */
export const watching = `
do $$
begin
  create extension if not exists pg_stat_statements;
exception
  when insufficient_privilege or undefined_file or feature_not_supported then
    raise notice 'statements are not counted: %', sqlerrm;
end
$$;
`

-- Counted, not estimated.
select sum((xpath('/row/count/text()', query_to_xml(format('select count(*) from %I.%I', schemaname, tablename), false, true, '')))[1]::text::bigint)
from pg_tables where schemaname not in ('pg_catalog', 'information_schema')

-- Runs once, on an empty volume, as the superuser postgres, whom nobody but the operator uses from here on.

-- Were one of these statements slow or wrong, the log would quote it with the password in it.
set log_min_duration_statement = -1;
set log_min_error_statement = panic;

\getenv database_password DATABASE_PASSWORD
create role gramstack login password :'database_password' nosuperuser nocreatedb nocreaterole;
create database gramstack owner gramstack;

-- By default anyone who can log in may connect to every database.
revoke all on database gramstack, postgres, template1 from public;

-- Here rather than in the app's connections: pgbouncer refuses settings at the start of a connection, and a SET in one
-- transaction would be left behind for whoever gets the connection next.
-- More than the 10 s after which the app itself gives up. Migrations may raise it for themselves.
alter role gramstack set statement_timeout = '20s';
-- Fail rather than let everyone queue up behind one who waits.
alter role gramstack set lock_timeout = '5s';
-- A transaction left open holds its locks and keeps vacuum from cleaning up.
alter role gramstack set idle_in_transaction_session_timeout = '30s';

\connect gramstack
-- Everything that anyone could create in.
revoke all on schema public from public;
alter schema public owner to gramstack;
create extension pg_stat_statements;

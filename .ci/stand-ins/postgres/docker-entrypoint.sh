#!/usr/bin/env bash
# The documented behaviour of the upstream PostgreSQL image: a server on $PGDATA, which is set up first if it is empty.
# No `-u`: files of /docker-entrypoint-initdb.d may be sourced here, and upstream does not ask it of them.
set -Eeo pipefail

# A setting comes from its variable or, as a secret does, from the file that <variable>_FILE names.
setting() {
  local name=$1 file_name=$1_FILE default=${2:-}
  if [ -n "${!name:-}" ] && [ -n "${!file_name:-}" ]; then
    echo "error: both $name and $file_name are set (but are exclusive)" >&2
    exit 1
  fi
  if [ -n "${!file_name:-}" ]; then default=$(<"${!file_name}"); fi
  export "$name=${!name:-$default}"
  unset "$file_name"
}

read_settings() {
  setting POSTGRES_PASSWORD
  setting POSTGRES_USER postgres
  setting POSTGRES_DB "$POSTGRES_USER"
  setting POSTGRES_INITDB_ARGS
}

make_directories() {
  mkdir -p "$PGDATA" /var/run/postgresql || true
  # A mounted directory may refuse, and may be fine as it is: postgres itself complains if not.
  chmod 0700 "$PGDATA" || true
  chmod 3775 /var/run/postgresql || true
  if [ "$(id -u)" = 0 ]; then
    find "$PGDATA" /var/run/postgresql ! -user postgres -exec chown postgres {} +
  fi
}

refuse_without_password() {
  if [ -z "$POSTGRES_PASSWORD" ] && [ "${POSTGRES_HOST_AUTH_METHOD:-}" != trust ]; then
    cat >&2 <<'MESSAGE'
Error: Database is uninitialized and superuser password is not specified.
       Set POSTGRES_PASSWORD (or POSTGRES_PASSWORD_FILE) to a value that is not empty,
       or POSTGRES_HOST_AUTH_METHOD=trust to let everyone in without a password.
MESSAGE
    exit 1
  fi
  if [ "${POSTGRES_HOST_AUTH_METHOD:-}" = trust ]; then
    echo 'WARNING: POSTGRES_HOST_AUTH_METHOD is "trust": whoever reaches this port needs no password.' >&2
  fi
}

# Until 17 the volume was mounted at /var/lib/postgresql/data. There it would be neither found nor written to.
refuse_old_layout() {
  local directory
  for directory in /var/lib/postgresql /var/lib/postgresql/data /var/lib/postgresql/*/docker; do
    if [ -s "$directory/PG_VERSION" ]; then
      echo "Error: there is PostgreSQL data in $directory, which is not where this version keeps it ($PGDATA)." >&2
      exit 1
    fi
  done
  if mountpoint -q /var/lib/postgresql/data; then
    echo 'Error: a volume is mounted at /var/lib/postgresql/data; since 18 it belongs at /var/lib/postgresql.' >&2
    exit 1
  fi
}

make_cluster() {
  local -a initdb_arguments
  # These are quoted as in a shell: --auth-local="scram-sha-256" is one word.
  eval "initdb_arguments=($POSTGRES_INITDB_ARGS)"

  # initdb wants a name for its user, and `docker run --user 4711` has none.
  if ! getent passwd "$(id -u)" >/dev/null; then
    NSS_WRAPPER_PASSWD=$(mktemp) NSS_WRAPPER_GROUP=$(mktemp)
    LD_PRELOAD=$(find /usr/lib -name libnss_wrapper.so -print -quit)
    export LD_PRELOAD NSS_WRAPPER_PASSWD NSS_WRAPPER_GROUP
    echo "postgres:x:$(id -u):$(id -g):PostgreSQL:$PGDATA:/bin/false" >"$NSS_WRAPPER_PASSWD"
    echo "postgres:x:$(id -g):" >"$NSS_WRAPPER_GROUP"
  fi
  initdb --username="$POSTGRES_USER" --pwfile=<(printf '%s\n' "$POSTGRES_PASSWORD") "${initdb_arguments[@]}"
  if [ -n "${NSS_WRAPPER_PASSWD:-}" ]; then
    rm -f "$NSS_WRAPPER_PASSWD" "$NSS_WRAPPER_GROUP"
    unset LD_PRELOAD NSS_WRAPPER_PASSWD NSS_WRAPPER_GROUP
  fi

  local method=${POSTGRES_HOST_AUTH_METHOD:-$(postgres -C password_encryption "$@")}
  printf '\nhost all all all %s\n' "$method" >>"$PGDATA/pg_hba.conf"
}

run_psql() {
  PGHOST='' PGHOSTADDR='' psql --no-psqlrc --no-password -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" "$@"
}

fill_cluster() {
  # Nobody outside can connect before everything is in place: no TCP, only the socket.
  export PGPASSWORD=${PGPASSWORD:-$POSTGRES_PASSWORD}
  PGUSER=${PGUSER:-$POSTGRES_USER} pg_ctl --wait --options "$(printf '%q ' "$@" -c listen_addresses=)" start

  if [ -z "$(run_psql --dbname postgres --tuples-only --set name="$POSTGRES_DB" <<<"select 1 from pg_database where datname = :'name'")" ]; then
    run_psql --dbname postgres --set name="$POSTGRES_DB" <<<'create database :"name"'
  fi

  local file
  for file in /docker-entrypoint-initdb.d/*; do
    case $file in
      *.sh)
        if [ -x "$file" ]; then
          echo "$0: running $file"; "$file"
        else
          echo "$0: sourcing $file"; . "$file"
        fi
        ;;
      *.sql)    echo "$0: running $file"; run_psql --dbname "$POSTGRES_DB" --file "$file" ;;
      *.sql.gz) echo "$0: running $file"; gunzip --stdout "$file" | run_psql --dbname "$POSTGRES_DB" ;;
      '/docker-entrypoint-initdb.d/*') ;;
      *)        echo "$0: ignoring $file" ;;
    esac
  done

  PGUSER=${PGUSER:-$POSTGRES_USER} pg_ctl --mode fast --wait stop
  unset PGPASSWORD
}

# Arguments alone are arguments of the server; another command, and a question for help, is left alone.
case ${1:-postgres} in -*) set -- postgres "$@" ;; esac
if [ "$1" != postgres ]; then exec "$@"; fi
for argument; do
  case $argument in '-?' | --help | --describe-config | -V | --version) exec "$@" ;; esac
done

read_settings
make_directories
# What follows runs as postgres, or as whatever user the container was started as.
if [ "$(id -u)" = 0 ]; then exec gosu postgres "$0" "$@"; fi

if [ -s "$PGDATA/PG_VERSION" ]; then
  printf '\nPostgreSQL Database directory appears to contain a database; Skipping initialization\n\n'
else
  refuse_without_password
  refuse_old_layout
  make_cluster "${@:2}"
  fill_cluster "${@:2}"
  printf '\nPostgreSQL init process complete; ready for start up.\n\n'
fi

exec "$@"

#!/bin/sh
# Before nginx starts, whatever lies in /docker-entrypoint.d runs in the order of its names:
# *.sh is executed, *.envsh is sourced and so sets variables for the files after it (not for nginx, as upstream).
set -e

say() { [ -n "${NGINX_ENTRYPOINT_QUIET_LOGS:-}" ] || echo "$0: $*"; }

if [ "$1" = nginx ]; then
  if [ -n "$(find /docker-entrypoint.d/ -mindepth 1 -maxdepth 1 -type f -print -quit 2>/dev/null)" ]; then
    say '/docker-entrypoint.d/ is not empty, will attempt to perform configuration'
    find /docker-entrypoint.d/ -follow -type f | sort -V | while read -r file; do
      case $file in
        *.envsh | *.sh)
          if [ ! -x "$file" ]; then
            say "Ignoring $file, not executable"
          elif [ "${file%.envsh}" != "$file" ]; then
            say "Sourcing $file"
            . "$file"
          else
            say "Launching $file"
            "$file"
          fi
          ;;
        *) say "Ignoring $file" ;;
      esac
    done
    say 'Configuration complete; ready for start up'
  else
    say 'No files found in /docker-entrypoint.d/, skipping configuration'
  fi
fi

exec "$@"

#!/bin/sh
# Options, and whatever is no command, are arguments of node: `docker run … node server.js`, `docker run … node --version`.
set -e

is_script() { [ -f "$1" ] && [ ! -x "$1" ]; }

case $1 in
  -*) set -- node "$@" ;;
  *) if is_script "$1" || ! command -v "$1" >/dev/null; then set -- node "$@"; fi ;;
esac

exec "$@"

#!/bin/sh
# Every template becomes a configuration file, with the variables of the environment put in. Only variables that are set are
# replaced, and of these only those whose name matches NGINX_ENVSUBST_FILTER: nginx's own $host, $uri … stay.
set -e

me=${0##*/}
say() { [ -n "${NGINX_ENTRYPOINT_QUIET_LOGS:-}" ] || echo "$me: $*"; }

templates=${NGINX_ENVSUBST_TEMPLATE_DIR:-/etc/nginx/templates}
suffix=${NGINX_ENVSUBST_TEMPLATE_SUFFIX:-.template}
output=${NGINX_ENVSUBST_OUTPUT_DIR:-/etc/nginx/conf.d}

[ -d "$templates" ] || exit 0
if [ ! -w "$output" ]; then
  # nginx starts all the same, with the configuration that it has.
  say "ERROR: $templates exists, but $output is not writable"
  exit 0
fi

variables=$(awk 'BEGIN { for (name in ENVIRON) if (name ~ ENVIRON["NGINX_ENVSUBST_FILTER"]) printf "${%s} ", name }')

find "$templates" -follow -type f -name "*$suffix" | while read -r template; do
  name=${template#"$templates/"}
  target=$output/${name%"$suffix"}
  mkdir -p "${target%/*}"
  say "Running envsubst on $template to $target"
  envsubst "$variables" <"$template" >"$target"
done

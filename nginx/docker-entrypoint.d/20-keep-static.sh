#!/bin/sh
# Keeps the files that this image's build named after their content, for 30 days after there is another: pages that name them stay open in
# browsers. snippets/static.conf serves them.
set -eu

kept=/var/cache/nginx/kept/static
# A full disk must not keep the front door shut.
keep() { mkdir -p "$kept" && touch -c "$kept/$2" && { [ -e "$kept/$2" ] || { cp "$1" "$kept/.$2" && mv "$kept/.$2" "$kept/$2"; }; }; }

for file in /usr/share/nginx/static/*-????????.*; do
    [ -f "$file" ] || continue
    keep "$file" "${file##*/}" || { echo "nginx: there is no room to keep $file for pages that are open" >&2; break; }
done
# By when they were put there or touched: a file that came from the app bears the time of its build.
find "$kept" -type f -ctime +30 -delete 2>/dev/null || true

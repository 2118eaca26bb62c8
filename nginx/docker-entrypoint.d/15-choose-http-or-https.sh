#!/bin/sh
# A certificate and its key in /etc/nginx/tls switch https on. Half of the pair, or a file that we may not read, is a mistake
# that must not end in a site without https: say so, and don't start.
set -eu

tls=/etc/nginx/tls
snippets=/etc/nginx/snippets
conf=/etc/nginx/conf.d

refuse() {
    echo "nginx cannot start: $1" >&2
    exit 1
}

# Also true of a link that leads nowhere, such as certbot's own when only one directory is mounted.
is_there() { [ -e "$1" ] || [ -L "$1" ]; }

# What an earlier start chose, if the directory outlived it.
rm -f "$conf/listen" "$conf/redirect-to-https.conf"

if ! is_there "$tls/fullchain.pem" && ! is_there "$tls/privkey.pem"; then
    ln -s "$snippets/listen-http.conf" "$conf/listen"
    exit 0
fi

for file in fullchain.pem privkey.pem; do
    is_there "$tls/$file" || refuse "https needs fullchain.pem and privkey.pem, and $file is missing; put it into nginx/tls, or take the other away for plain http."
    [ -r "$tls/$file" ] || refuse "$file in nginx/tls cannot be read by the user that nginx runs as; let it: chown 101 nginx/tls/$file (and it must be a file, not a link to elsewhere)."
done
ln -s "$snippets/listen-https.conf" "$conf/listen"
ln -s "$snippets/redirect-to-https.conf" "$conf/redirect-to-https.conf"

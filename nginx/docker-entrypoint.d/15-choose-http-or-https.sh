#!/bin/sh
set -eu
certificates choose
# It lives as long as the container does; nginx, which takes this shell's place, is its parent then.
certificates follow </dev/null &

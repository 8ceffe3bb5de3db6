#!/bin/sh
# System packages: "run" (a second bar code reader, optional) or "test" (also browser, fonts, a second bar code writer).
set -eu
wanted=$1
libraries="libzbar0"
tests="libzbar0 chromium fonts-noto-cjk zint"
command -v npm >/dev/null || tests="$tests nodejs npm"
missing() { for p in $1; do dpkg -s "$p" >/dev/null 2>&1 || printf '%s ' "$p"; done; }

command -v dpkg >/dev/null || exit 0
if [ "$wanted" = run ]; then packages=$(missing "$libraries"); else packages=$(missing "$tests"); fi
[ -n "$packages" ] || exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing: $packages"
    if apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages >/dev/null; then exit 0; fi
    echo "apt-get could not install: $packages" >&2
elif [ "$wanted" = run ]; then
    echo "libzbar0 is missing: the second bar code reader is off, the first one works. To add it: apt-get install $packages" >&2
fi
[ "$wanted" = run ] && exit 0
echo "The tests need: apt-get install $packages" >&2
exit 1

#!/usr/bin/env bash
# A Docker Engine of another Debian suite for the tests, with this machine's runc: theirs needs a newer libc. Needs root
# and the Debian packages docker.io and iproute2.
#   engine-debian.sh start SUITE DIR   starts that of trixie (26.1) or sid (28.5) with everything it keeps in DIR; prints
#                                      its address
#   engine-debian.sh stop DIR          removes its containers, ends it, removes its bridge
set -euo pipefail

usage() { grep '^#  ' "$0" >&2; exit 2; }

start() {
  local suite=$1 dir=$2
  if [ ! -x "$dir/root/usr/sbin/dockerd" ]; then
    rm -rf "$dir/root"
    "$scripts/debian-packages.sh" "$suite" "$dir/root" docker.io containerd
  fi
  PATH="$dir/root/usr/sbin:$dir/root/usr/bin:$PATH" "$scripts/engine.sh" start "$dir"
}

scripts=$(dirname "$(realpath "$0")")
case $#-${1:-} in
  3-start) mkdir -p "$3"; start "$2" "$(realpath "$3")" ;;
  2-stop) "$scripts/engine.sh" stop "$2" ;;
  *) usage ;;
esac

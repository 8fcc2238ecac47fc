#!/usr/bin/env bash
# Runs the Docker Engine of another Debian suite for the tests, with this machine's runc because theirs needs a newer
# libc. Needs root and the Debian packages docker.io and iproute2.
#   engine-debian.sh start SUITE DIR   starts the Engine of trixie (26.1) or sid (28.5), with all its files in DIR, and
#                                      prints its address
#   engine-debian.sh stop DIR          stops it, and removes its containers and its bridge
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

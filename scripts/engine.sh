#!/usr/bin/env bash
# Runs a separate Docker Engine for the tests. `start` and `stop` need root and the Debian packages docker.io and
# iproute2.
#   engine.sh start DIR [OPTION…]  starts dockerd with all its files in DIR and these options, and prints its address
#   engine.sh image DIR|ADDRESS    adds the image busybox:local if it is missing, built from busybox-static if that is
#                                  installed, otherwise pulled
#   engine.sh stop DIR             stops dockerd, and removes its containers and its bridge
set -euo pipefail

usage() { grep '^#  ' "$0" >&2; exit 2; }

# Creates a bridge, because a second dockerd with the default bridge would take docker0 from the first.
add_bridge() {
  local n
  for n in {20..250}; do
    if ip -4 route | grep -q "^172\.31\.$n\."; then continue; fi
    if ip link add "dockstat$n" type bridge 2>/dev/null; then
      ip addr add "172.31.$n.1/24" dev "dockstat$n"
      ip link set "dockstat$n" up
      echo "dockstat$n"
      return
    fi
  done
  echo 'no free bridge name' >&2
  return 1
}

start() {
  local dir=$1 bridge
  shift
  bridge=$(add_bridge)
  echo "$bridge" > "$dir/bridge"
  dockerd --data-root "$dir/data" --exec-root "$dir/exec" --pidfile "$dir/pid" --host "unix://$dir/docker.sock" \
    --containerd-namespace "$bridge" --containerd-plugins-namespace "$bridge-plugins" \
    --bridge "$bridge" --iptables=false --ip-masq=false "$@" < /dev/null > "$dir/log" 2>&1 &
  for _ in {1..120}; do
    if docker --host "unix://$dir/docker.sock" version > /dev/null 2>&1; then
      echo "unix://$dir/docker.sock"
      return
    fi
    if ! kill -0 $! 2>/dev/null; then break; fi
    sleep 0.5
  done
  tail -n 20 "$dir/log" >&2
  stop "$dir"
  return 1
}

image() {
  local address=$1 root applet
  exec 9< "$0"
  flock 9
  if docker --host "$address" image inspect busybox:local > /dev/null 2>&1; then return; fi
  if ! command -v busybox > /dev/null; then
    docker --host "$address" pull --quiet busybox > /dev/null
    docker --host "$address" tag busybox busybox:local
    return
  fi
  root=$(mktemp -d)
  trap "rm -r '$root'" EXIT
  mkdir "$root/bin"
  cp "$(command -v busybox)" "$root/bin/busybox"
  for applet in $(busybox --list | grep -vx busybox); do ln -s busybox "$root/bin/$applet"; done
  tar -C "$root" -c . | docker --host "$address" import - busybox:local > /dev/null
}

stop() {
  local dir=$1 pid containers
  pid=$(cat "$dir/pid" 2>/dev/null || true)
  if [ -n "$pid" ] && kill -0 "$pid" 2>/dev/null; then
    containers=$(timeout 10 docker --host "unix://$dir/docker.sock" ps --all --quiet || true)
    # shellcheck disable=SC2086
    if [ -n "$containers" ]; then timeout 120 docker --host "unix://$dir/docker.sock" rm -f $containers > /dev/null || true; fi
    kill "$pid" || true
    for _ in {1..120}; do
      if ! kill -0 "$pid" 2>/dev/null; then break; fi
      sleep 0.25
    done
    if kill -0 "$pid" 2>/dev/null; then
      echo "dockerd ($pid) does not stop" >&2
      return 1
    fi
  fi
  awk -v dir="$dir/" 'index($2, dir) == 1 { print $2 }' /proc/mounts | sort -r | xargs -r umount || true
  if [ -s "$dir/bridge" ]; then ip link del "$(cat "$dir/bridge")" || true; fi
  rm -f "$dir/bridge"
}

[ $# -eq 2 ] || { [ $# -gt 2 ] && [ "$1" = start ]; } || usage
case $1 in
  start) mkdir -p "$2"; start "$(realpath "$2")" "${@:3}" ;;
  image) if [ -d "$2" ]; then image "unix://$(realpath "$2")/docker.sock"; else image "$2"; fi ;;
  stop) stop "$(realpath "$2")" ;;
  *) usage ;;
esac

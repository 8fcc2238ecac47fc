#!/usr/bin/env bash
# Runs a separate Podman for the tests, with its own storage, state, events and bridge.
# Needs root and the Debian packages podman, runc, netavark and docker.io (for the docker command).
#   engine-podman.sh start DIR   starts the API service, with all its files in DIR, and prints its address
#   engine-podman.sh stop DIR    stops it, and removes its containers and networks
set -euo pipefail

usage() { grep '^#  ' "$0" >&2; exit 2; }

# Its own default network, because otherwise all Podmans on a machine share a bridge.
configure() {
  local n
  for n in {20..250}; do
    if ! ip -4 route | grep -q "^172\.30\.$n\."; then break; fi
  done
  mkdir -p "$dir/networks"
  cat > "$dir/networks/dockstat.json" << E
{
  "name": "dockstat", "id": "$(echo "$dir" | sha256sum | cut -d ' ' -f 1)",
  "driver": "bridge", "network_interface": "podstat$n",
  "subnets": [{ "subnet": "172.30.$n.0/24", "gateway": "172.30.$n.1" }],
  "ipv6_enabled": false, "internal": false, "dns_enabled": false, "ipam_options": { "driver": "host-local" }
}
E
  cat > "$CONTAINERS_CONF" << E
[network]
network_backend = "netavark"
network_config_dir = "$dir/networks"
default_network = "dockstat"
default_subnet_pools = [{ base = "10.$n.0.0/16", size = 24 }]
[engine]
lock_type = "file"
events_logger = "file"
E
}

start() {
  configure
  "${podman[@]}" system service --time=0 "unix://$dir/podman.sock" < /dev/null > "$dir/log" 2>&1 &
  echo $! > "$dir/pid"
  for _ in {1..120}; do
    if docker --host "unix://$dir/podman.sock" version > /dev/null 2>&1; then
      echo "unix://$dir/podman.sock"
      return
    fi
    if ! kill -0 $! 2>/dev/null; then break; fi
    sleep 0.5
  done
  tail -n 20 "$dir/log" >&2
  stop
  return 1
}

stop() {
  local pid conmons
  pid=$(cat "$dir/pid" 2>/dev/null || true)
  if [ -e "$CONTAINERS_CONF" ]; then
    "${podman[@]}" rm --all --force --time 0 > /dev/null || true
    "${podman[@]}" network prune --force > /dev/null || true
  fi
  if [ -n "$pid" ] && kill "$pid" 2>/dev/null; then
    for _ in {1..40}; do
      if ! kill -0 "$pid" 2>/dev/null; then break; fi
      sleep 0.25
    done
  fi
  # After an exec, conmon keeps running for five minutes.
  conmons=$(pgrep -f "^[^ ]*conmon .*$dir/" || true)
  # shellcheck disable=SC2086
  if [ -n "$conmons" ]; then kill $conmons || true; fi
  awk -v dir="$dir/" 'index($2, dir) == 1 { print $2 }' /proc/mounts | sort -r | xargs -r umount || true
  rm -f "$dir/pid"
}

[ $# -eq 2 ] || usage
mkdir -p "$2"
dir=$(realpath "$2")
export CONTAINERS_CONF=$dir/containers.conf
podman=(podman --root "$dir/root" --runroot "$dir/run" --tmpdir "$dir/tmp" --storage-driver vfs --runtime runc
  --cgroup-manager cgroupfs)
case $1 in
  start) start ;;
  stop) stop ;;
  *) usage ;;
esac

#!/usr/bin/env bash
# Runs test/real-engine against one Engine of each kind in turn:
#   npm run test:engines [-- KIND…]
# 20       Docker from this machine's Debian (bookworm: 20.10)
# 26, 28   Docker from Debian trixie and sid
# cgroup2  Docker from Debian sid on cgroup v2, in an emulated machine
# podman   Podman from this machine's Debian
# By default it runs all kinds that this machine supports and lists the others. It fails if a KIND that you name cannot
# run. ENGINES_DIR caches the downloads.
set -euo pipefail
cd "$(dirname "$0")/.."

kinds=("$@")
if [ $# -eq 0 ]; then kinds=(20 26 28 cgroup2 podman); fi
work=${ENGINES_DIR:-$(mktemp -d)}
mkdir -p "$work"
running=
summary=()
status=0

start() {
  running=$1
  case $1 in
    20) scripts/engine.sh start "$work/20" ;;
    26) scripts/engine-debian.sh start trixie "$work/26" ;;
    28) scripts/engine-debian.sh start sid "$work/28" ;;
    cgroup2) scripts/engine-vm.sh start "$work/cgroup2" ;;
    podman) scripts/engine-podman.sh start "$work/podman" ;;
  esac
}

stop() {
  case $running in
    '') ;;
    cgroup2) scripts/engine-vm.sh stop "$work/cgroup2" ;;
    podman) scripts/engine-podman.sh stop "$work/podman" ;;
    *) scripts/engine.sh stop "$work/$running" ;;
  esac || status=1
  running=
}

# Prints why a kind cannot run on this machine, or nothing if it can.
obstacle_of() {
  local command commands=(docker)
  case $1 in
    20) commands+=(dockerd ip) ;;
    26 | 28) commands+=(apt-get dpkg-deb ip runc) ;;
    cgroup2) commands+=(apt-get dpkg-deb qemu-system-x86_64 mke2fs depmod curl) ;;
    podman) commands+=(podman runc ip) ;;
    *) echo 'unknown kind'; return ;;
  esac
  for command in "${commands[@]}"; do
    command -v "$command" > /dev/null || { echo "$command is not installed"; return; }
  done
  if [ "$(id -u)" -ne 0 ]; then echo 'it needs root'; fi
}

finish() {
  stop
  if [ -z "${ENGINES_DIR:-}" ]; then rm -rf --one-file-system "$work"; fi
}
trap finish EXIT

run_suite() {
  local kind=$1 address begin=$SECONDS started result version
  local options=(--disable-coverage --reporter=tap --jobs=1)
  local tests=(test/real-engine/*.test.ts)
  if [ "$kind" = cgroup2 ]; then options+=(--timeout=900); fi
  # Podman also runs the proxy tests, because behind a proxy it is detected and polled differently. It skips the
  # comparisons with `docker stats`: Podman's Docker API lacks byte counts and differs in networks, tags and events.
  if [ "$kind" = podman ]; then
    mapfile -t tests < <(printf '%s\n' "${tests[@]}" test/transports/proxy-rights.test.ts | grep -v -e agreement -e truth)
  fi
  echo "==> $kind: starting"
  if ! start "$kind" > "$work/address"; then
    summary+=("$kind: failed to start")
    status=1
    stop
    return
  fi
  address=$(cat "$work/address")
  started=$((SECONDS - begin))
  version=$(docker --host "$address" version --format '{{.Server.Version}}')
  echo "==> $kind: $version at $address after $started s"
  begin=$SECONDS
  DOCKER_HOST=$address REQUIRE_ENGINE=1 ENGINE_KIND=$kind npx tap "${options[@]}" "${tests[@]}" 2>&1 |
    tee "$work/output" || status=1
  result=$(grep '^# { total: ' "$work/output" | tail -n 1) || { result='no result'; status=1; }
  summary+=("$kind ($version): ${result#\# } · started in $started s, tested in $((SECONDS - begin)) s")
  stop
}

for kind in "${kinds[@]}"; do
  obstacle=$(obstacle_of "$kind")
  if [ -z "$obstacle" ]; then
    run_suite "$kind"
    continue
  fi
  summary+=("$kind: not run, $obstacle")
  if [ $# -gt 0 ]; then status=1; fi
done
printf '%s\n' '==> Engines' "${summary[@]}"
exit "$status"

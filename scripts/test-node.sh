#!/usr/bin/env bash
# Starts the built service on other versions of Node.js, and runs the tests of single files, plugins and routes there:
#   npm run test:node -- VERSION…
# Downloads Node.js from the npm registry into a temporary folder.
set -euo pipefail
cd "$(dirname "$0")/.."

work=$(mktemp -d)
server=
status=0

finish() {
  stop_server
  rm -rf "$work"
}
trap finish EXIT

stop_server() {
  if [ -z "$server" ]; then return; fi
  kill "$server"
  wait "$server" || status=1
  server=
}

fetch_node() {
  local machine
  machine=$(node -p 'process.platform + "-" + process.arch')
  mkdir -p "$work/$1"
  npm pack --silent --pack-destination "$work/$1" "node-$machine@$1" > "$work/$1/name"
  tar -xzf "$work/$1/$(cat "$work/$1/name")" -C "$work/$1"
}

# Checks that the built service becomes healthy and stops cleanly.
start_service() {
  local folder=$work/$1/service port=
  mkdir -p "$folder"
  (cd "$folder" && HOST=127.0.0.1 PORT=0 exec node "$OLDPWD/dist/server.js" > output 2>&1) &
  server=$!
  for _ in $(seq 50); do
    port=$(grep -oP 'listens on .*, port \K\d+' "$folder/output" || true)
    if [ -n "$port" ]; then break; fi
    sleep 0.2
  done
  HOST=127.0.0.1 PORT=${port:-1} node dist/server.js health || { cat "$folder/output"; status=1; }
  stop_server
}

# Runs each file by itself, two at a time: these versions strip the types, which takes half as long as tap's loader.
# Prints what tap counted, and everything if a test fails.
run_tests() {
  find test/lib test/plugins test/routes -name '*.test.ts' -print0 |
    TAP_TIMEOUT=300 xargs -0 -n 1 -P 2 bash -c '
      if output=$(node "$0" 2>&1) && total=$(grep "^# { total: " <<< "$output"); then output=$total; else status=1; fi
      printf "%s\n" "# $0" "$output"
      exit "${status:-0}"'
}

npm run --silent build
for version in "$@"; do
  fetch_node "$version"
  PATH=$work/$version/package/bin:$PATH
  echo "==> Node.js $(node --version)"
  start_service "$version"
  run_tests || status=1
done
exit "$status"

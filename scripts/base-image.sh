#!/usr/bin/env bash
# Adds the image node:24-bookworm-slim to the Engine at ADDRESS if it is missing: made from Debian packages and the npm
# registry if mmdebstrap is installed, otherwise pulled. Needs root for the former.
#   base-image.sh ADDRESS
set -euo pipefail

[ $# -eq 1 ] || { grep '^#  ' "$0" >&2; exit 2; }
image=node:24-bookworm-slim

make_root() {
  local mirror
  mirror=$(awk '/^URIs:/ { print $2; exit }' /etc/apt/sources.list.d/debian.sources 2>/dev/null || true)
  mkdir "$work/root"
  mmdebstrap --quiet --mode=root --variant=minbase --format=directory --aptopt='Acquire::Languages "none"' \
    --dpkgopt=force-unsafe-io --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' bookworm "$work/root" "${mirror:-http://deb.debian.org/debian}" >&2
}

# As in the image of Docker Hub: Node.js and npm in /usr/local, and the user `node`.
add_node() {
  local local=$work/root/usr/local machine
  machine=$(node -p 'process.platform + "-" + process.arch')
  (cd "$work" && npm pack --silent "node-$machine@24" npm@11) > "$work/packed"
  tar -xzf "$work"/node-"$machine"-*.tgz -C "$local" --strip-components 1 package/bin
  mkdir -p "$local/lib/node_modules/npm"
  tar -xzf "$work"/npm-*.tgz -C "$local/lib/node_modules/npm" --strip-components 1
  ln -s ../lib/node_modules/npm/bin/npm-cli.js "$local/bin/npm"
  ln -s ../lib/node_modules/npm/bin/npx-cli.js "$local/bin/npx"
  printf '#!/bin/sh\nexec "$@"\n' > "$local/bin/docker-entrypoint.sh"
  chmod +x "$local/bin/docker-entrypoint.sh"
  chroot "$work/root" useradd --uid 1000 --create-home --shell /bin/bash node
}

# Where a proxy inspects TLS, npm needs its certificate inside, too.
add_certificates() {
  if [ -z "${NODE_EXTRA_CA_CERTS:-}" ]; then return; fi
  cp "$NODE_EXTRA_CA_CERTS" "$work/root/etc/extra-ca.pem"
  changes+=(--change 'ENV NODE_EXTRA_CA_CERTS=/etc/extra-ca.pem')
}

exec 9< "$0"
flock 9
if docker --host "$1" image inspect "$image" > /dev/null 2>&1; then exit; fi
if ! command -v mmdebstrap > /dev/null; then exec docker --host "$1" pull --quiet "$image" > /dev/null; fi
work=$(mktemp -d)
trap 'rm -rf --one-file-system "$work"' EXIT
changes=(--change 'ENTRYPOINT ["docker-entrypoint.sh"]' --change 'CMD ["node"]')
make_root
add_node
add_certificates
tar -C "$work/root" -c . | docker --host "$1" import "${changes[@]}" - "$image" > /dev/null

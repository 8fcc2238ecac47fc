#!/bin/sh
# Makes certificates for hosts that run host/compose.yaml, in the folder certificates/ next to this script:
#   deploy/certificates.sh HOST…
# HOST is a name or an IP address, as in `url` of config/dockstat.yaml. Makes what is missing:
#   ca.pem, ca-key.pem   the authority; keep the key secret
#   client/              ca.pem, cert.pem and key.pem for DockStatAPI
#   HOST/                ca.pem and server.pem: copy them to host/certificates/ on that host
set -eu

[ $# -gt 0 ] || { sed -n '2,7s/^# \{0,1\}//p' "$0" >&2; exit 2; }
umask 077
dir=$(dirname "$0")/certificates
mkdir -p "$dir"
cd "$dir"
key="-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"

# issue FOLDER COMMON_NAME EXTENSIONS
issue() {
  mkdir "$1"
  # shellcheck disable=SC2086
  openssl req $key -keyout "$1/key.pem" -subj "/CN=$2" 2> /dev/null |
    openssl x509 -req -CA ca.pem -CAkey ca-key.pem -days 825 -out "$1/cert.pem" -extfile "$3" 2> /dev/null
  cp ca.pem "$1/ca.pem"
}

extensions=$(mktemp)
trap 'rm "$extensions"' EXIT

if [ ! -e ca.pem ]; then
  # shellcheck disable=SC2086
  openssl req -x509 $key -keyout ca-key.pem -out ca.pem -days 3650 -subj '/CN=DockStatAPI hosts' 2> /dev/null
fi
if [ ! -e client ]; then
  echo 'extendedKeyUsage = clientAuth' > "$extensions"
  issue client dockstatapi "$extensions"
  # The user that the service runs as in its image.
  if [ "$(id -u)" -eq 0 ]; then chown -R 1000:1000 client; fi
fi
for host in "$@"; do
  if [ -e "$host" ]; then continue; fi
  case $host in *[!0-9.]*) case $host in *:*) kind=IP ;; *) kind=DNS ;; esac ;; *) kind=IP ;; esac
  printf 'extendedKeyUsage = serverAuth\nsubjectAltName = %s:%s\n' "$kind" "$host" > "$extensions"
  issue "$host" "$host" "$extensions"
  cat "$host/cert.pem" "$host/key.pem" > "$host/server.pem"
  rm "$host/cert.pem" "$host/key.pem"
done

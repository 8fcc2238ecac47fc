#!/usr/bin/env bash
# Unpacks Debian trixie's Valkey into DIR, without installing it, as the command DIR/bin/valkey-server. It runs with its
# own libc, which is newer than that of this suite. Needs root and Debian's apt.
#   valkey.sh DIR
set -euo pipefail

[ $# -eq 1 ] || { grep '^#  ' "$0" >&2; exit 2; }
mkdir -p "$1/bin"
dir=$(realpath "$1")
"$(dirname "$(realpath "$0")")/debian-packages.sh" --all trixie "$dir/root" valkey-server
loader=$(find "$dir/root/usr" -name 'ld-linux-*.so.*' | head -n 1)
libraries=$(dirname "$(find "$dir/root/usr/lib" -name libc.so.6 | head -n 1)")
cat > "$dir/bin/valkey-server" << END
#!/bin/sh
exec '$loader' --library-path '$libraries' '$dir/root/usr/bin/valkey-server' "\$@"
END
chmod +x "$dir/bin/valkey-server"

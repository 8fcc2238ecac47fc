#!/usr/bin/env bash
# Unpacks packages of another Debian suite into a folder, without installing them. Needs root and Debian's apt.
#   debian-packages.sh SUITE DIR PACKAGE…         only these packages
#   debian-packages.sh --all SUITE DIR PACKAGE…   these packages and all their dependencies
set -euo pipefail

all=
if [ "${1:-}" = --all ]; then all=1; shift; fi
[ $# -ge 3 ] || { grep '^#  ' "$0" >&2; exit 2; }
suite=$1
mkdir -p "$2"
root=$(realpath "$2")
shift 2

apt=$(mktemp -d)
trap 'rm -r "$apt"' EXIT
mkdir -p "$apt"/{lists/partial,cache/archives/partial}
touch "$apt/status"
mirror=$(awk '/^URIs:/ { print $2; exit }' /etc/apt/sources.list.d/debian.sources 2>/dev/null || true)
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
echo "deb [signed-by=$keyring] ${mirror:-http://deb.debian.org/debian} $suite main" > "$apt/sources.list"
cat > "$apt/conf" << E
Dir::Etc::SourceList "$apt/sources.list";
Dir::Etc::SourceParts "/dev/null";
Dir::Etc::PreferencesParts "/dev/null";
Dir::State "$apt";
Dir::State::Status "$apt/status";
Dir::Cache "$apt/cache";
Acquire::Languages "none";
APT::Install-Recommends "false";
APT::Sandbox::User "root";
E

cd "$apt/cache/archives"
export APT_CONFIG=$apt/conf
apt-get -qq update >&2
if [ -n "$all" ]; then
  apt-get -qq install --download-only --yes "$@" >&2
else
  apt-get -qq download "$@" >&2
fi
for package in *.deb; do
  dpkg-deb --fsys-tarfile "$package" | tar -x -C "$root" --keep-directory-symlink --no-overwrite-dir \
    --exclude=./usr/share/doc --exclude=./usr/share/man --exclude=./usr/share/locale
done

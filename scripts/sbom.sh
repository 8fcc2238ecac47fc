#!/usr/bin/env bash
# Prints an SBOM of the service and its production dependencies, for all platforms, as CycloneDX:
#   npm run sbom
# Removes the other dependencies from a copy first: `npm sbom --omit dev` also drops production dependencies that
# development tools use too, such as yaml.
set -euo pipefail
cd "$(dirname "$0")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/dockstatapi" # npm names the SBOM after the folder
cp package.json package-lock.json "$work/dockstatapi"
cd "$work/dockstatapi"
npm pkg delete devDependencies overrides
npm install --silent --package-lock-only --ignore-scripts --prefer-offline
npm sbom --package-lock-only --sbom-format cyclonedx --sbom-type application

#!/usr/bin/env bash
# Checks generated configuration files, Engine answers and HTTP requests: npm run fuzz [-- FILE…]
# FUZZ_RUNS is the number of cases of each, FUZZ_MINUTES the most that each may take, and FUZZ_SEED selects the cases.
set -euo pipefail
cd "$(dirname "$0")/.."

export FUZZ_RUNS=${FUZZ_RUNS:-100000} FUZZ_MINUTES=${FUZZ_MINUTES:-20}
export FUZZ_SEED=${FUZZ_SEED:-$((RANDOM * 32768 + RANDOM))}
echo "To repeat: FUZZ_SEED=$FUZZ_SEED FUZZ_RUNS=$FUZZ_RUNS FUZZ_MINUTES=$FUZZ_MINUTES npm run fuzz"

if [ $# -eq 0 ]; then set -- test/fuzz/*.test.ts; fi
exec npx tap --disable-coverage --reporter=tap --timeout=$((FUZZ_MINUTES * 60 + 300)) "$@"

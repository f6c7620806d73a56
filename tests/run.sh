#!/usr/bin/env bash
# Builds Rubato, runs all tests and says how many were skipped, and why.
# Usage: tests/run.sh [arguments of dotnet test]
set -uo pipefail
cd "$(dirname "$0")/.."
results="$(mktemp -d)"
trap 'rm -rf "$results"' EXIT

dotnet test Rubato.slnx -c Release --nologo -v quiet --logger trx --results-directory "$results" "$@"
status=$?

count() { cat "$results"/*.trx 2>/dev/null | grep -c "<UnitTestResult .*outcome=\"$1\"" || true; }
echo
echo "$(count Passed) passed, $(count Failed) failed, $(count NotExecuted) skipped"
cat "$results"/*.trx 2>/dev/null | tr '\n' ' ' | sed 's/<UnitTestResult /\n&/g' | grep 'outcome="NotExecuted"' |
    sed -n 's/.*<Message>\(.*\)<\/Message>.*/\1/p; t; s/.*<StdOut>\(.*\)<\/StdOut>.*/\1/p' |
    sort | uniq -c | sed 's/^ *\([0-9]*\) /  \1 skipped: /'
exit $status

#!/usr/bin/env bash
# Compares Rubato with reference results: tests/goldens.sh [DIR]
# DIR is any set of cases; without it $RUBATO_GOLDENS, without that the set of this repository.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
exec dotnet run --project "$here/Rubato.Goldens" -c Release -v quiet -- "${1:-${RUBATO_GOLDENS:-$here/Goldens}}" "${@:2}"

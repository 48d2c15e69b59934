#!/usr/bin/env bash
# Builds everything once, runs every test, the quick start, and a program that is published fully trimmed.
# Last line: "N passed, N failed, N skipped"; fails if anything failed or nothing passed.
set -euo pipefail
cd "$(dirname "$0")/.."

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_USE_MSBUILD_SERVER=0 MSBUILDDISABLENODEREUSE=1

if ! command -v dotnet >/dev/null || ! dotnet --list-sdks | grep -q '^10\.'; then
  echo 'The .NET SDK 10 is needed: https://dotnet.microsoft.com/download' >&2
  exit 1
fi

# A stranger to this library recomputes signatures in the tests.
if ! command -v openssl >/dev/null; then
  if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
    apt-get update -qq && apt-get install -y -qq openssl >/dev/null
  else
    echo 'Please install: openssl' >&2
    exit 1
  fi
fi

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
broken=0
step() {
  echo "== $*"
  "$@" || { broken=1; echo "failed: $*"; }
}

dotnet restore WebhookKit.sln --verbosity quiet
# As a package is built: source paths in the symbols do not depend on the machine.
dotnet build WebhookKit.sln --no-restore --configuration Release --verbosity quiet -m:1 -p:ContinuousIntegrationBuild=true

for project in tests/*.Tests/*.csproj; do
  step dotnet test "$project" --no-build --configuration Release --verbosity quiet --logger "console;verbosity=minimal" \
    --logger "trx;LogFileName=$(basename "$project" .csproj).trx" --results-directory "$results"
done
step dotnet run --project samples/QuickStart --no-build --configuration Release -- --events 500 --json
step dotnet publish samples/Trimmed --configuration Release --verbosity quiet -m:1 -warnaserror -p:ContinuousIntegrationBuild=true --output "$results/trimmed"
step "$results/trimmed/Trimmed"
for project in src/*/*.csproj; do
  step dotnet pack "$project" --no-build --configuration Release --verbosity quiet --output "$results/packages"
done

# Each results file has one line of counters.
sum() { { cat "$results"/*.trx || true; } | sed -n "s/.*<Counters.* $1=\"\([0-9]*\)\".*/\1/p" | awk '{ n += $1 } END { print n + 0 }'; }
passed=$(sum passed)
failed=$(sum failed)
skipped=$(($(sum total) - passed - failed))
[ "$broken" = 0 ] || echo 'Something failed; see above.'
echo "$passed passed, $failed failed, $skipped skipped"
[ "$broken" = 0 ] && [ "$failed" = 0 ] && [ "$passed" -gt 0 ]

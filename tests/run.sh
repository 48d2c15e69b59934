#!/usr/bin/env bash
# Builds everything once, runs every test, the quick start, small sizes of the fault scenarios, and a program that is published fully trimmed.
# Last line: "N passed, N failed, N skipped"; fails if anything failed or nothing passed.
set -euo pipefail
cd "$(dirname "$0")/.."

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_USE_MSBUILD_SERVER=0 MSBUILDDISABLENODEREUSE=1

if ! command -v dotnet >/dev/null || ! dotnet --list-sdks | grep -q '^10\.'; then
  echo 'The .NET SDK 10 is needed: https://dotnet.microsoft.com/download' >&2
  exit 1
fi

# A stranger to this library recomputes signatures in the tests; stores are tried on a real PostgreSQL server, also behind PgBouncer.
missing=()
command -v openssl >/dev/null || missing+=(openssl)
{ command -v initdb || ls /usr/lib/postgresql/*/bin/initdb; } >/dev/null 2>&1 || missing+=(postgresql)
PATH=$PATH:/usr/sbin command -v pgbouncer >/dev/null || missing+=(pgbouncer)
if [ ${#missing[@]} -gt 0 ]; then
  if ! command -v apt-get >/dev/null || [ "$(id -u)" != 0 ]; then
    echo "Please install: ${missing[*]}" >&2
    exit 1
  fi
  # The programs are wanted, not the services: the tests start servers of their own.
  install_missing() (
    if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
      mkdir -p /etc/postgresql-common
      echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf
    fi
    if [ ! -e /usr/sbin/policy-rc.d ]; then
      trap 'rm -f /usr/sbin/policy-rc.d' EXIT
      printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
      chmod +x /usr/sbin/policy-rc.d
    fi
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq -o Dpkg::Options::=--force-confold "${missing[@]}" >/dev/null
  )
  install_missing || { echo "Please install: ${missing[*]}" >&2; exit 1; }
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
quickstart=(dotnet artifacts/bin/QuickStart/release/QuickStart.dll --json)
step "${quickstart[@]}" --events 500 --connection "Data Source=$results/quickstart.db"
# Killed as soon as it has written events, and started again. Where the machine is so slow that it had ended before, with more events.
interrupted() {
  local events=5000 file run status deadline
  while :; do
    file=$results/interrupted-$events.db
    run=("${quickstart[@]}" --events "$events" --connection "Data Source=$file")
    "${run[@]}" &
    deadline=$((SECONDS + 300))
    while kill -0 $! 2>/dev/null && [ "$SECONDS" -lt "$deadline" ] \
      && [ "$(stat -c %s "$file-wal" 2>/dev/null || echo 0)" -le 1000000 ]; do sleep 0.1; done
    kill -KILL $! 2>/dev/null || true
    wait $! && status=0 || status=$?
    [ "$status" = 0 ] && [ "$events" -lt 40000 ] || break
    events=$((2 * events))
  done
  [ "$status" = 137 ] && "${run[@]}" | tee "$results/resumed" && ! grep -q '"resumed":0,' "$results/resumed"
}
step interrupted
step dotnet publish samples/Trimmed --configuration Release --verbosity quiet -m:1 -warnaserror -p:ContinuousIntegrationBuild=true --output "$results/trimmed"
step "$results/trimmed/Trimmed"
faults() { timeout 900 dotnet artifacts/bin/WebhookKit.FaultTests/release/WebhookKit.FaultTests.dll "$@" --seed 1; }
step faults kill --store sqlite --messages 500 --rounds 3
step faults kill --store postgresql --messages 500 --rounds 3
step faults nodes --store postgresql --messages 500 --rounds 3
step faults database --store postgresql --messages 500 --rounds 2
step faults clock --store postgresql --messages 300 --rounds 3
step faults backlog --store sqlite --messages 20000
# The control: the store in memory loses what waits, which must be seen.
loses() { ! faults "$@" >"$results/control" && tail -n 1 "$results/control" >&2 && tail -n 1 "$results/control" | grep -Eq ' lost=[1-9]'; }
step loses kill --store memory --messages 2000 --rounds 3
for project in src/*/*.csproj; do
  step dotnet pack "$project" --no-build --configuration Release --verbosity quiet --output "$results/packages"
done

# Each results file has one line of counters.
sum() { { cat "$results"/*.trx || true; } | sed -n "s/.*<Counters.* $1=\"\([0-9]*\)\".*/\1/p" | awk '{ n += $1 } END { print n + 0 }'; }
passed=$(sum passed)
failed=$(sum failed)
skipped=$(($(sum total) - passed - failed))
# Once more at the end, where nobody has to look for it: which tests failed, and what they said.
if [ "$failed" != 0 ]; then
  grep -hE -A 12 '<UnitTestResult [^>]*outcome="Failed"' "$results"/*.trx | sed -nE 's/.* testName="([^"]*)".*/failed: \1/p; s/.*<Message>(.*)/  \1/p' | head -n 60 || true
fi
[ "$broken" = 0 ] || echo 'Something failed; see above.'
echo "$passed passed, $failed failed, $skipped skipped"
[ "$broken" = 0 ] && [ "$failed" = 0 ] && [ "$passed" -gt 0 ]

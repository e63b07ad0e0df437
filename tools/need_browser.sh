#!/usr/bin/env bash
# The journeys drive a real Chromium. As root on Debian a missing one is installed; in CI its absence is
# a failure; elsewhere the command is named and the journeys are left out, aloud.
set -eu
command -v chromium >/dev/null && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    (apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends chromium) >&2
    exit 0
fi
echo "Chromium is missing: the journeys cannot run. Install it with: sudo apt-get install chromium" >&2
[ "${CI:-}" = true ] && exit 1
exit 0

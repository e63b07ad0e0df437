#!/usr/bin/env bash
# ODK Validate, which reads every form as a phone would, is a Java program. As root on Debian a missing Java
# is installed; in CI its absence is a failure; elsewhere the command is named and that check is left out, aloud.
set -eu
command -v java >/dev/null && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    (apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends default-jre-headless) >&2
    exit 0
fi
echo "Java is missing: forms cannot be checked with ODK Validate. Install it with: sudo apt-get install default-jre-headless" >&2
[ "${CI:-}" = true ] && exit 1
exit 0

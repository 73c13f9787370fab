#!/usr/bin/env bash
# Everything that `make demo` and `make test` need, on a bare Debian 12 as root or with sudo.
# Installs only what is absent; running it again costs a second. With --tests also what only tests need.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '\033[1m%s\033[0m\n' "$*" >&2; }

as_root() {
    if [ "$(id -u)" -eq 0 ]; then "$@"
    elif command -v sudo >/dev/null; then sudo "$@"
    else
        say "setup: root or sudo is needed to run: $*"
        exit 1
    fi
}

wanted=()
have() { command -v "$1" >/dev/null 2>&1; }

python_works() { "$1" -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

python=""
for candidate in "${PYTHON:-python3}" python3.13 python3.12 python3.11; do
    if have "$candidate" && python_works "$candidate"; then python=$candidate; break; fi
done
[ -n "$python" ] || wanted+=(python3 python3-venv)
[ -e /etc/ssl/certs/ca-certificates.crt ] || wanted+=(ca-certificates)
if [ -z "${GATEWAY_AMQP_URL:-}" ] && ! have rabbitmq-server && [ ! -x /usr/sbin/rabbitmq-server ] && [ ! -x /usr/lib/rabbitmq/bin/rabbitmq-server ]; then
    wanted+=(rabbitmq-server)
fi

if [ "${1:-}" = "--tests" ]; then
    have initdb || compgen -G "/usr/lib/postgresql/*/bin/initdb" >/dev/null || wanted+=(postgresql)
    have chromium || have chromium-browser || have google-chrome || wanted+=(chromium)
    # The Node that playwright brings is linked with it.
    compgen -G "/usr/lib/*/libatomic.so.1" >/dev/null || wanted+=(libatomic1)
fi

if [ "${#wanted[@]}" -gt 0 ]; then
    say "setup: installing ${wanted[*]}"
    # A package must not start the system's own broker or database: the gateway and its tests run private ones.
    policy=/usr/sbin/policy-rc.d
    placed=""
    if [ ! -e "$policy" ]; then
        printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
        as_root chmod 755 "$policy"
        placed=yes
    fi
    trap '[ -z "$placed" ] || as_root rm -f "$policy"' EXIT
    as_root apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${wanted[@]}" >&2
fi
[ -n "$python" ] || python=python3

stamp=.venv/.installed
fingerprint=$(cat pyproject.toml requirements.lock gateway/__init__.py | sha256sum | cut -d' ' -f1)
if [ ! -x .venv/bin/python ]; then
    say "setup: making the virtual environment"
    "$python" -m venv .venv
fi
if [ "$(cat "$stamp" 2>/dev/null || true)" != "$fingerprint" ]; then
    say "setup: installing the Python packages (locked versions)"
    .venv/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
    .venv/bin/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
    echo "$fingerprint" > "$stamp"
fi

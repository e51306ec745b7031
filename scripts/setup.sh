#!/bin/sh
# Set up one thing and stop: python (a virtual environment in .venv), sound (FluidSynth), browser (for the tests).
set -eu
cd "$(dirname "$0")/.."
venv=.venv

have() { command -v "$1" >/dev/null 2>&1; }

# Install Debian packages as root or by sudo; fails where neither is possible.
apt_install() {
    have apt-get || return 1
    if [ "$(id -u)" = 0 ]; then root=""; elif have sudo; then root="sudo"; else return 1; fi
    $root apt-get update -q && $root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@"
}

# The first Python of a version that fits; prints its name. Asks it, since a name on the path may be a shim for nothing.
find_python() {
    for name in ${PYTHON:-} python3.12 python3.11 python3; do
        if "$name" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12))' >/dev/null 2>&1; then
            echo "$name"
            return
        fi
    done
    echo "Python 3.11 or 3.12 is needed and was not found; install it (Debian and Ubuntu: apt-get install python3 python3-venv)." >&2
    return 1
}

setup_python() {
    python=$(find_python)
    if ! "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then
        apt_install python3-venv || {
            echo "Python's venv module is missing; install it with 'apt-get install python3-venv' and try again." >&2
            return 1
        }
    fi
    [ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
    "$venv/bin/python" -m pip install -q --disable-pip-version-check --editable ".$1"
}

has_fluidsynth() { "$venv/bin/python" -c 'import fluidsynth' >/dev/null 2>&1; }

setup_sound() {
    has_fluidsynth && return
    # shellcheck disable=SC2046
    apt_install $(cat packages.txt) || apt_install fluidsynth || true
    has_fluidsynth || echo "FluidSynth's library is missing, so songs will be MIDI files without sound; install it with" \
        "'apt-get install fluidsynth', 'dnf install fluidsynth', 'pacman -S fluidsynth' or 'brew install fluid-synth'." >&2
}

has_browser() { "$venv/bin/python" tests/browser.py >/dev/null 2>&1; }

setup_browser() {
    has_browser && return
    # Ubuntu's chromium package is only a pointer to a snap, which does not run everywhere: then take Playwright's own build.
    { apt_install chromium && has_browser; } || "$venv/bin/python" -m playwright install --with-deps chromium
    has_browser
}

case "$1" in
python) setup_python "${2:-}" ;;
sound) setup_sound ;;
browser) setup_browser ;;
*) echo "setup.sh: say python, sound or browser" >&2; exit 2 ;;
esac

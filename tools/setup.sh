# shellcheck shell=bash
# Sourced by ./run and ./test: system packages by name, a virtual environment in .venv, and the locked versions in it.
# Everything is said on stderr, so that stdout stays free for the program's own output.

say() { printf '%s\n' "$*" >&2; }

# set_up NAME LOCK PACKAGE...: make .venv hold what LOCK names. A stamp per NAME makes the next call return at once.
set_up() {
    local name=$1 lock=$2 stamp=".venv/set-up-$1"
    shift 2
    if [ -e "$stamp" ] && [ "$(cat "$stamp")" = "$(fingerprint "$lock")" ]; then
        return
    fi
    usable_python >/dev/null || set -- python3 python3-venv python3-dev "$@"
    install_packages "$@"
    make_environment
    say "Installing the locked versions of $lock into .venv (the first time takes a minute or two)."
    install_locked "$lock"
    fingerprint "$lock" >"$stamp"
    say "Set-up for ./$name is done."
}

# What the environment was made from; empty, and so never up to date, when there is no working one.
fingerprint() {
    local version
    version=$(.venv/bin/python --version 2>/dev/null) || return 0
    { printf '%s\n' "$version" "$PWD"; cat "$1" pyproject.toml tools/setup.sh; } | sha256sum | cut -d ' ' -f 1
}

# The Python to use: the one on PATH, or Debian's; 3.11 or newer, with venv and its C headers.
usable_python() {
    local candidate
    for candidate in "$(command -v python3)" /usr/bin/python3; do
        if [ -n "$candidate" ] && "$candidate" - 2>/dev/null <<'PYTHON'; then
import ensurepip, os, sys, sysconfig, venv
header = os.path.join(sysconfig.get_path("include"), "Python.h")
sys.exit(not (sys.version_info >= (3, 11) and os.path.exists(header)))
PYTHON
            printf '%s\n' "$candidate"
            return 0
        fi
    done
    return 1
}

# install_packages PACKAGE...: install those that are missing, as root or with sudo, or say what to do.
install_packages() {
    local package missing=() root=()
    for package in "$@"; do
        is_installed "$package" || missing+=("$package")
    done
    [ ${#missing[@]} -eq 0 ] && return
    if ! command -v apt-get >/dev/null; then
        say "This system has no apt-get. Install what these Debian packages hold, then start again: ${missing[*]}"
        exit 1
    fi
    if [ "$(id -u)" -ne 0 ]; then
        if ! command -v sudo >/dev/null; then
            say "System packages are missing and this is neither root nor is there sudo. As root, run:"
            say "    apt-get install ${missing[*]}"
            say "Then start again."
            exit 1
        fi
        root=(sudo)
    fi
    say "Installing system packages: ${missing[*]}"
    "${root[@]}" apt-get -q update >&2
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends "${missing[@]}" >&2
}

is_installed() {
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

make_environment() {
    local python
    .venv/bin/python -c 'import pip' >/dev/null 2>&1 && return
    if ! python=$(usable_python); then
        say "No Python 3.11 or newer with venv and headers was found. Debian 12 and 13 have one: apt-get install python3-venv python3-dev"
        exit 1
    fi
    say "Making a virtual environment in .venv with $("$python" --version)."
    "$python" -m venv --clear .venv
}

# install_locked LOCK: first the locked build tools, so that sources are built with them and with nothing unlocked.
install_locked() {
    local pip=(.venv/bin/python -m pip --disable-pip-version-check install --quiet) tools
    tools=$(mktemp)
    awk '/^[a-z]/ { keep = /^(pip|setuptools)==/ } keep' "$1" >"$tools"
    "${pip[@]}" --require-hashes -r "$tools" >&2
    rm "$tools"
    # PYPI=1: where lgpio has no wheel (Python 3.13), it builds its own C library in, which Debian does not have.
    PYPI=1 "${pip[@]}" --require-hashes --no-build-isolation -r "$1" >&2
    PYTHONWARNINGS=ignore "${pip[@]}" --no-deps --no-build-isolation -e . >&2
}

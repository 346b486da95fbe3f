# shellcheck shell=bash
# Sourced by ./hil and .ci/run, after tools/setup.sh: whether the virtual bench can run on this machine.

# What this machine lacks for it, in words; nothing if it lacks nothing. What packages bring is not asked for.
emulation_lacks() {
    if [ "$(id -u)" -ne 0 ]; then
        printf 'root: start it with sudo\n'
    elif [ "$(uname -m)" != x86_64 ]; then
        printf 'an x86-64 machine, and this one is %s\n' "$(uname -m)"
    elif ! has_emulator && ! { apt-get -q update >&2 && has_emulator; }; then
        printf 'the package qemu-system-x86 of Debian 12 or 13, which this system has not\n'
    fi
}

has_emulator() {
    is_installed qemu-system-x86 || apt-cache show qemu-system-x86 >/dev/null 2>&1
}

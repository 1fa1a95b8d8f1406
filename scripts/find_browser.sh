#!/bin/sh
# Find a browser for the tests; where there is none, install Chromium through the system's packages if that is allowed.
set -eu

found() {
    for name in chromium chromium-browser google-chrome google-chrome-stable \
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"; do
        if command -v "$name" >/dev/null && "$name" --version >/dev/null 2>&1; then
            return 0
        fi
    done
    return 1
}

found && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "No browser found: installing Chromium."
    # Offline or out of space, apt fails: what it said stands above the advice.
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium; } || true
    found && exit 0
fi
cat >&2 <<'TEXT'
The browser tests need Chromium or Chrome, and none was found. Install one, then again:
  Debian:         sudo apt-get install chromium
  Ubuntu:         sudo snap install chromium
  Fedora:         sudo dnf install chromium
  macOS:          brew install --cask google-chrome
TEXT
exit 1

"""Where Chromium is on this machine, and how to get it when it is nowhere.

``python tests/browser/find_chromium.py`` prints its path; with ``--install`` it is fetched first when it is missing.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import cache

# First the program without windows: it has no frame of its own to draw, and a page takes a sixth less of a core.
NAMES = (
    *("chromium-headless-shell", "chrome-headless-shell"),
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"),
)
ASK_PLAYWRIGHT = (
    "from playwright.sync_api import sync_playwright\nwith sync_playwright() as p: print(p.chromium.executable_path)"
)
PACKAGES = ("chromium-headless-shell", "chromium")  # the first one that the distribution has
DOWNLOAD_SECONDS = 300


@cache
def chromium() -> str | None:
    """Path of a Chromium that starts: $CHROMIUM, one on the PATH, or playwright's own; None when there is none."""
    named = os.environ.get("CHROMIUM")
    if named:  # an explicit wish is not replaced by another browser behind the user's back
        return shutil.which(named) if starts(shutil.which(named)) else None
    on_path = (shutil.which(name) for name in NAMES)
    return next((path for path in on_path if starts(path)), None) or _playwrights_own()


def starts(path: str | None) -> bool:
    """Whether this program runs at all: a library may be missing, or it is Ubuntu's stub for the snap."""
    if path is None:
        return False
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=30).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _playwrights_own() -> str | None:
    # In a process of its own: playwright cannot be started twice in one.
    asked = subprocess.run([sys.executable, "-c", ASK_PLAYWRIGHT], capture_output=True, text=True)
    path = asked.stdout.strip()
    return path if starts(path or None) else None


def install() -> str | None:
    """Chromium's path, fetched if need be: playwright's own build, else the distribution's package."""
    if chromium() is not None:
        return chromium()
    playwright, root = [sys.executable, "-m", "playwright"], administrator()
    downloaded = attempt([*playwright, "install", "--no-shell", "chromium"])
    if chromium() is None and root is not None:
        if downloaded:  # it is there but does not start: libraries are missing
            attempt([*root, *playwright, "install-deps", "chromium"])
        else:
            attempt([*root, "apt-get", "update", "-q"])
            get = [*root, "apt-get", "install", "-y", "-q", "--no-install-recommends", "fonts-liberation"]
            any(attempt([*get, package]) for package in PACKAGES)
    return chromium()


def administrator() -> list[str] | None:
    """What to put before a command of the administrator; None when it may not or cannot run."""
    if shutil.which("apt-get") is None:
        return None
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode == 0:
        return ["sudo", "-n"]
    return None


def attempt(command: list[str]) -> bool:
    """Run a step, and whether it worked: a failed one, or one that hangs without a network, is followed by another."""
    print("+", " ".join(command), flush=True)
    quick = {"PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT": "5000", "DEBIAN_FRONTEND": "noninteractive"}
    try:
        return subprocess.run(command, env={**quick, **os.environ}, timeout=DOWNLOAD_SECONDS).returncode == 0
    except (OSError, subprocess.TimeoutExpired) as error:
        print(f"  {error}", flush=True)
        return False
    finally:
        chromium.cache_clear()


if __name__ == "__main__":
    found = install() if "--install" in sys.argv[1:] else chromium()
    if found is None:
        print("No Chromium: the browser tests will be SKIPPED. Install one, or set CHROMIUM=/path/to/it.")
    else:
        print(f"Chromium: {found}")

"""Where nginx is on this machine, and how to get it when it is nowhere.

``python -m tests.browser.find_nginx`` prints its path; with ``--install`` it is fetched first when it is missing.
"""

from __future__ import annotations

import os
import shutil
import sys

from tests.browser.find_chromium import administrator, attempt

PACKAGE = "nginx-light"  # Debian and Ubuntu


def nginx() -> str | None:
    """Path of nginx: $NGINX or one on the PATH, where a user's PATH may leave out the administrator's programs."""
    named = os.environ.get("NGINX")
    return shutil.which(named) if named else shutil.which("nginx", path=f"{os.defpath}:/usr/sbin:{os.environ['PATH']}")


def install() -> str | None:
    """nginx's path, fetched if need be."""
    root = administrator()
    if nginx() is None and root is not None:
        attempt([*root, "apt-get", "update", "-q"])
        attempt([*root, "apt-get", "install", "-y", "-q", "--no-install-recommends", PACKAGE])
    return nginx()


if __name__ == "__main__":
    found = install() if "--install" in sys.argv[1:] else nginx()
    if found is None:
        print("No nginx: the test of several replicas will be SKIPPED. Install it, or set NGINX=/path/to/it.")
    else:
        print(f"nginx: {found}")

"""Where the app's own files are: beside the package in a checkout, inside it where it is installed.

In both places they lie in one folder, in the same way. Streamlit puts the folder of the script that it starts on
Python's path, where modules of this package would hide others (``code``), and reads ``.streamlit/config.toml`` in it:
so the installed app has a folder of its own.
"""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
ROOT = installed if (installed := PACKAGE / "app").is_dir() else PACKAGE.parent

APP = ROOT / "app.py"
PAGES = ROOT / "pages"
ASSETS = ROOT / "assets"
FRAME = PACKAGE / "ui" / "frame.py"

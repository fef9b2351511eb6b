"""Streamlit as `pip install streamlit` leaves it: without the faster libraries that this project's requirements bring.

    python benchmarks/plain_streamlit.py run benchmarks/bare_app.py

It takes them where they are installed; here they cannot be imported.
"""

import sys

if __name__ == "__main__":
    sys.modules.update(dict.fromkeys(("httptools", "orjson", "uvloop")))
    from streamlit.web.cli import main

    sys.exit(main())

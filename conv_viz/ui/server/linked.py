"""What a component is made of, from an address of the app's own: a module with all that it imports, and its styles.

Streamlit finds the files of a component only where its distribution is installed, so ``streamlit run app.py`` in a mere
checkout would show no component. A component's text, on the other hand, travels with every change of its data. So that
text is two lines, which name an address below the app's own; a middleware answers there. The modules are linked into
one answer: some twenty requests less before the first picture.
"""

from __future__ import annotations

import re
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING

from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response

from conv_viz.linker import FRONTEND, bundle
from conv_viz.linker import styles as sheets

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

# Behind any server.baseUrlPath: a proxy may leave that in the path.
FILE = re.compile(r"/conv_viz/frontend/[0-9a-f]+/(?P<name>[\w/-]+\.(?:js|css))$")
KINDS = {".js": "text/javascript", ".css": "text/css"}
VIEWS = "views.css"
"""Every stylesheet that lies beside a view, as one."""
FOREVER = "public, immutable, max-age=31536000"  # the address contains a hash of what is in the files


class Linked:
    """ASGI middleware: answers for the files of components; everything else is the app's."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.answer = GZipMiddleware(_answer)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        ours = scope["type"] == "http" and linked(scope["path"]) is not None
        await (self.answer if ours else self.app)(scope, receive, send)


async def _answer(scope: Scope, receive: Receive, send: Send) -> None:
    kind = KINDS["." + scope["path"].rpartition(".")[2]]
    answer = Response(linked(scope["path"]) or "", media_type=kind, headers={"Cache-Control": FOREVER})
    await answer(scope, receive, send)


def view_script() -> str:
    """The text of the component that shows a scene: it takes ``hosts/<kind>.js`` by the kind of what it is given.

    A payload says its kind at the beginning of its header, anything else as ``data.kind``.

    >>> print(view_script())  # doctest: +ELLIPSIS
    const hosts = new URL("conv_viz/frontend/.../hosts/", document.baseURI);
    const kind = (data) => data.kind ?? /"kind":"(\\w+)"/.exec(new TextDecoder().decode(data.subarray(8, 60)))[1];
    export default async (it) => (await import(`${hosts}${kind(it.data)}.js`)).default(it);
    """
    return (
        f'const hosts = new URL("{address("hosts/")}", document.baseURI);\n'
        r'const kind = (data) => data.kind ?? /"kind":"(\w+)"/.exec(new TextDecoder().decode(data.subarray(8, 60)))[1];'
        "\nexport default async (it) => (await import(`${hosts}${kind(it.data)}.js`)).default(it);"
    )


def script(module: str) -> str:
    """The text of a component whose function is the default export of a module of ``frontend/``.

    >>> print(script("hosts/feed.js"))  # doctest: +ELLIPSIS
    const address = new URL("conv_viz/frontend/.../hosts/feed.js", document.baseURI);
    export default async (component) => (await import(address)).default(component);
    """
    return (
        f'const address = new URL("{address(module)}", document.baseURI);\n'
        "export default async (component) => (await import(address)).default(component);"
    )


def styles(sheet: str) -> str:
    """The styles of a component; the line break says that this is no path.

    >>> print(styles(VIEWS))  # doctest: +ELLIPSIS
    @import
    url("conv_viz/frontend/.../views.css");
    """
    return f'@import\nurl("{address(sheet)}");'


def address(name: str) -> str:
    """Where a browser finds a file, seen from any page of the app.

    >>> linked(f"/behind/a/proxy/{address('hosts/gallery.js')}").startswith("// ")
    True
    """
    return f"conv_viz/frontend/{_version()}/{name}"


def linked(path: str) -> str | None:
    """The text for the path of a request; None where it asks for something else.

    >>> "export default" in linked("/conv_viz/frontend/0/hosts/stage.js")
    True
    >>> linked("/conv_viz/frontend/0/hosts/other.js") is None
    True
    """
    asked = FILE.search(path)
    known = asked and (asked["name"] == VIEWS or (FRONTEND / asked["name"]).is_file())
    return _text(asked["name"]) if asked and known else None


@cache
def _text(name: str) -> str:
    if name.endswith(".js"):
        return bundle(name)
    return sheets(*(_view_sheets() if name == VIEWS else [name]))


def _view_sheets() -> list[str]:
    """Those of hosts are for the page around a view."""
    names = sorted(path.relative_to(FRONTEND).as_posix() for path in FRONTEND.rglob("*.css"))
    return [name for name in names if not name.startswith("hosts/")]


@cache
def _version() -> str:
    """Another one whenever a file is another one: what a browser has kept is never old."""
    files = sorted(file for file in FRONTEND.rglob("*") if file.suffix in KINDS)
    return sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]

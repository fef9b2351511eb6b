"""The modules of ``conv_viz/frontend/`` as one ES module text, for hosts that can load only one.

A small linker, no bundler: each module keeps its text, without comments and indentation, and its own scope, as a
function that returns what it exports; they stand in the order in which they need each other. A module is called by its
path in the folder, ``draw/theme.js``. It reads the forms of import and export that the folder uses, one statement
at the beginning of a line, and refuses every other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from posixpath import dirname, join, normpath

FRONTEND = Path(__file__).parent / "frontend"

NAME = r"[A-Za-z_$][\w$]*"
IMPORT = re.compile(
    rf"^import\s+(?P<what>\{{[^{{}}]*\}}|\*\s+as\s+{NAME}|{NAME})\s+from\s+(?P<mark>[\"'])(?P<source>[^\"'\n]+)(?P=mark);?",
    re.MULTILINE,
)
DECLARATION = re.compile(
    rf"^export\s+(?P<default>default\s+)?(?=(?:async\s+)?(?:function\b\s*\*?|class\b)\s*(?P<name>{NAME}))", re.MULTILINE
)
CONSTANT = re.compile(rf"^export\s+(?=const\s+(?P<name>{NAME})\s*=)", re.MULTILINE)
EXPRESSION = re.compile(r"^export\s+default\s+(?!async\b|function\b|class\b)", re.MULTILINE)
LIST = re.compile(r"^export\s+\{(?P<names>[^{}]*)\}(?!\s*from\b);?", re.MULTILINE)
UNREAD = re.compile(r"^[ \t]*(?:import|export)\b.*|^(?![ \t]*(?://|\*|/\*)).*\bimport\s*[(.].*", re.MULTILINE)
DEFAULT = "default$"
COMMENT = re.compile(r"^[ \t]*(?://.*|/\*(?:(?!\*/)[\s\S])*\*/[ \t]*)\n", re.MULTILINE)
"""A comment on lines of its own."""
INDENTATION = re.compile(r"^[ \t]+", re.MULTILINE)


class BundleError(ValueError):
    """A module that cannot be linked: the sentence names the module and the statement."""


@dataclass(frozen=True)
class Module:
    """One module, read: its text without imports and exports, and what they said.

    `imports` holds (module, what), `exports` the local name of each exported name.
    """

    name: str
    body: str
    imports: tuple[tuple[str, str], ...]
    exports: dict[str, str]

    @property
    def variable(self) -> str:
        """What the linked text calls it."""
        return "cv$" + re.sub(r"\W", "_", self.name.removesuffix(".js"))


def bundle(entry: str, folder: Path = FRONTEND) -> str:
    """The module `entry` of the folder and all that it imports, as one ES module that exports the same.

    Raises `BundleError` for a form of import or export that it does not know, a module or a name
    that is not there, and modules that import each other in a circle.

    >>> "function explain(" in bundle("stage/view.js")
    True
    >>> bundle("stage/view.js").splitlines()[-1]
    'export const View = cv$stage_view.View;'
    """
    modules = ordered(entry, folder)
    known = {module.name: module for module in modules}
    linked = [_scope(module, known) for module in modules]
    last = modules[-1]
    given = [f"export {_target(name)}{last.variable}.{name};" for name in last.exports]
    return "\n".join([*linked, *given]) + "\n"


def ordered(entry: str, folder: Path = FRONTEND) -> list[Module]:
    """`entry` and what it imports, each module after those that it needs.

    >>> [module.name for module in ordered("draw/theme.js")]
    ['scene/color.js', 'draw/theme.js']
    """
    done: dict[str, Module] = {}

    def visit(name: str, path: tuple[str, ...]) -> None:
        if name in path:
            raise BundleError(f"Modules import each other in a circle: {' → '.join((*path, name))}.")
        if name in done:
            return
        module = read(name, _text(name, folder, path))
        for source, _ in module.imports:
            visit(source, (*path, name))
        done[name] = module

    visit(entry, ())
    return list(done.values())


def read(name: str, text: str) -> Module:
    """Take imports and exports out of a module's text.

    >>> module = read("a.js", 'import { b as c } from "./b.js";\\nexport const a = c + 1;\\n')
    >>> module.imports, module.exports, module.body.strip()
    ((('b.js', '{ b: c }'),), {'a': 'a'}, 'const a = c + 1;')
    """
    imports: list[tuple[str, str]] = []
    exports: dict[str, str] = {}

    def imported(found: re.Match[str]) -> str:
        imports.append((_source(name, found["source"]), _binding(found["what"])))
        return ""

    def declared(found: re.Match[str]) -> str:
        exports["default" if found.groupdict().get("default") else found["name"]] = found["name"]
        return ""

    def listed(found: re.Match[str]) -> str:
        for local, public in _pairs(found["names"]):
            exports[public] = local
        return ""

    def default(found: re.Match[str]) -> str:
        exports["default"] = DEFAULT
        return f"const {DEFAULT} = "

    body = IMPORT.sub(imported, text)
    for form, meaning in ((DECLARATION, declared), (CONSTANT, declared), (LIST, listed), (EXPRESSION, default)):
        body = form.sub(meaning, body)
    if unread := UNREAD.search(body):
        raise BundleError(f"{name}: this form of import or export is not known here: {unread[0].strip()[:80]!r}.")
    return Module(name, _without_looks(body + "\n").strip(), tuple(imports), exports)


def _without_looks(text: str) -> str:
    """A module without what only people who read it need: comments on lines of their own, and indentation.

    >>> _without_looks("if (a) {\\n  // why\\n  go();\\n}\\n")
    'if (a) {\\ngo();\\n}\\n'
    """
    text = COMMENT.sub("", text)
    if any(line.count("`") % 2 for line in text.splitlines()):
        return text  # a text over several lines: its white space belongs to it
    return INDENTATION.sub("", text)


def _text(name: str, folder: Path, path: tuple[str, ...]) -> str:
    try:
        return (folder / name).read_text(encoding="utf-8")
    except FileNotFoundError:
        raise BundleError(f"{path[-1] if path else 'the bundle'} imports {name!r}, which is not there.") from None


def _source(name: str, source: str) -> str:
    """The path in the folder of what a module calls by a relative path.

    >>> _source("draw/theme.js", "../scene/color.js")
    'scene/color.js'
    """
    path = normpath(join(dirname(name), source))
    if not re.fullmatch(r"\.{1,2}/[\w/.-]+\.js", source) or path.startswith(".."):
        raise BundleError(f"{name}: imports come from './module.js' or '../folder/module.js', not from {source!r}.")
    return path


def _pairs(names: str) -> list[tuple[str, str]]:
    """``a, b as c`` -> [("a", "a"), ("b", "c")]."""
    words = [item.split() for item in names.split(",") if item.strip()]
    return [(word[0], word[-1]) for word in words]


def _binding(what: str) -> str:
    """The left side of ``const ... = module`` that binds what an import names."""
    if what.startswith("*"):
        return what.split()[-1]
    pairs = _pairs(what.strip("{}")) if what.startswith("{") else [("default", what)]
    return f"{{ {', '.join(a if a == b else f'{a}: {b}' for a, b in pairs)} }}"


def _scope(module: Module, known: dict[str, Module]) -> str:
    """The module as a function of its own, called once."""
    heads = []
    for source, binding in module.imports:
        _check_names(module, known[source], binding)
        heads.append(f"const {binding} = {known[source].variable};")
    public = ", ".join(a if a == b else f"{a}: {b}" for a, b in module.exports.items())
    return "\n".join(
        [
            f"// {module.name}",
            f"const {module.variable} = (() => {{",
            *heads,
            module.body,
            f"return Object.freeze({{ {public} }});",
            "})();",
        ]
    )


def _check_names(module: Module, source: Module, binding: str) -> None:
    """A name that is not exported would be `undefined` only when it is used."""
    if not binding.startswith("{"):
        return
    wanted = {pair.split(":")[0].strip() for pair in binding.strip("{ }").split(",") if pair.strip()}
    if missing := wanted - set(source.exports):
        raise BundleError(f"{module.name} imports {', '.join(sorted(missing))} from {source.name}, which has no such.")


def _target(name: str) -> str:
    return "default " if name == "default" else f"const {name} = "


def styles(*names: str, folder: Path = FRONTEND) -> str:
    """Stylesheets of the folder as one text.

    >>> styles("stage/stage.css").count(".cv {")
    1
    """
    return "\n".join((folder / name).read_text(encoding="utf-8") for name in names)

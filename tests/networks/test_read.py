"""Networks from texts and modules, changed by hand; what cannot be is one sentence."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn

import conv_viz
from conv_viz.compute.network import TorchNetwork
from conv_viz.compute.traced import network_of
from conv_viz.layers.conv import ConvSpec
from conv_viz.networks.edit import inserted, moved, removed
from conv_viz.networks.field import fields
from conv_viz.networks.folds import folds
from conv_viz.networks.graph import Network, NetworkError, Node
from conv_viz.networks.joints import Add, Concat
from conv_viz.networks.listing import read_listing, write_listing
from conv_viz.networks.operations import Linear, Pointwise
from conv_viz.networks.packed import pack, unpack
from conv_viz.networks.pasted import read_network
from conv_viz.networks.presets import PRESETS
from conv_viz.networks.resizing import Upsample
from conv_viz.networks.same import with_same
from conv_viz.networks.table import as_code, as_csv
from conv_viz.networks.walk import walk


class Block(nn.Module):
    """A basic block, as torchvision has it."""

    def __init__(self, into: int, out: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(into, out, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(out)
        self.relu = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(out, out, 3, 1, 1, bias=False)
        self.downsample = nn.Conv2d(into, out, 1, stride) if stride > 1 else None

    def forward(self, x: Tensor) -> Tensor:
        around = x if self.downsample is None else self.downsample(x)
        out = self.conv2(self.relu(self.bn1(self.conv1(x))))
        out += around
        return self.relu(out)


class Net(nn.Module):
    """Two blocks and a classifier."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 8, 7, 2, 3)
        self.layer1 = nn.Sequential(Block(8, 8, 1), Block(8, 16, 2))
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(16, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = nn.functional.max_pool2d(self.conv1(x), 3, 2, 1)
        return self.fc(torch.flatten(self.avgpool(self.layer1(x)), 1))


def test_torch_fx_tells_the_joints_and_the_numbers_are_torchs() -> None:
    module = Net()
    told = conv_viz.network(module, (2, 3, 32, 32)).walk
    assert told.output_shape == tuple(module(torch.zeros(2, 3, 32, 32)).shape)
    assert told.parameters == sum(part.numel() for part in module.parameters())
    assert sum(isinstance(node.operation, Add) for node in told.network.nodes) == 2


def test_a_printed_model_asks_how_its_blocks_join() -> None:
    text = str(Net())
    asked = read_network(text)
    assert asked.asked == ("Block",) and "forward() of Block" in asked.notes[0]
    told = walk(read_network(text, "residual").network, (2, 3, 32, 32))
    assert told.output_shape == (2, 10) and told.parameters == sum(p.numel() for p in Net().parameters())


def test_a_printed_sequential_is_the_chain() -> None:
    module = nn.Sequential(
        nn.Conv2d(1, 4, 3, padding="same"), nn.BatchNorm2d(4), nn.Sequential(nn.ReLU(), nn.MaxPool2d(2))
    )
    assert read_network(str(module)).network.names == ("0", "1", "2.0", "2.1")


def test_code_and_listing_lead_back() -> None:
    for preset in PRESETS.values():
        assert read_listing(write_listing(preset.network)) == preset.network
    names: dict = {}
    exec(as_code(PRESETS["resnet18"].network), names)  # our own text, not a user's
    made = network_of(names["Network"]())
    assert walk(made, (1, 3, 64, 64)).macs == walk(PRESETS["resnet18"].network, (1, 3, 64, 64)).macs


MANY = """a: nn.Conv2d(3, 8, 3, padding=1)
group: nn.GroupNorm(4, 8, eps=0.001)
each: nn.InstanceNorm2d(8)
all: nn.LayerNorm((8, 9, 9), bias=False)
slope: nn.PReLU(8)
mean: nn.AdaptiveAvgPool2d(1)
flatten: nn.Flatten()
fc: nn.Linear(8, 8)
open: nn.Unflatten(1, (8, 1, 1))
gate: nn.Sigmoid()
scaled: multiply() <- slope, gate
shifted: add() <- scaled, open"""


@pytest.mark.parametrize("key", [*PRESETS, "many"])
@pytest.mark.parametrize("same", [False, True])
def test_the_code_is_the_network_in_torch(key: str, same: bool) -> None:
    network, shape = read_listing(MANY), (2, 3, 9, 9)
    if key in PRESETS:
        network, shape = PRESETS[key].network, PRESETS[key].input_shape
    told = walk(with_same(network) if same else network, shape)
    names: dict = {}
    with torch.device("meta"):
        exec(as_code(told.network), names)  # our own text, not a user's
        module = (names.get("model") or names["Network"]()).eval()
        assert tuple(module(torch.empty(shape)).shape) == told.output_shape
    assert sum(part.numel() for part in module.parameters()) == told.parameters


def test_norms_joints_and_rows_are_those_of_torch_fx() -> None:
    names: dict = {}
    exec(as_code(read_listing(MANY)), names)
    made = network_of(names["Network"]())
    assert [node.operation for node in made.nodes] == [node.operation for node in read_listing(MANY).nodes]
    printed = read_network(str(nn.Sequential(nn.GroupNorm(4, 8, affine=False), nn.InstanceNorm2d(8, affine=True),
                                             nn.LayerNorm((8, 9, 9)), nn.PReLU(8))))  # fmt: skip
    assert [node.operation.code() for node in printed.network.nodes] == [
        "nn.GroupNorm(4, 8, affine=False)", "nn.InstanceNorm2d(8, affine=True)", "nn.LayerNorm((8, 9, 9))",
        "nn.PReLU(8)",
    ]  # fmt: skip


@pytest.mark.numeric
def test_a_network_with_gates_runs_as_in_torch() -> None:
    """Its maps are those of torch's own modules, with the same weights."""
    network = read_listing(MANY)
    ours = TorchNetwork(network).eval()
    names: dict = {}
    exec(as_code(network), names)
    theirs = names["Network"]().eval()
    theirs.load_state_dict(dict(zip(theirs.state_dict(), ours.state_dict().values(), strict=True)))
    x = torch.randn(1, 3, 9, 9, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        torch.testing.assert_close(ours(x), theirs(x))


@pytest.mark.parametrize(
    ("text", "words"),
    (
        ("", "There is nothing to read"),
        ("hello", "No layer was found"),
        ("a: add() <- b, c\nb: nn.ReLU() <- a\nc: nn.ReLU() <- input", "a → b → a is a cycle"),
        ("a: nn.ReLU()\na: nn.ReLU()", "Two layers are called 'a'"),
        ("a: nn.ReLU() <- nobody", "a reads nobody, which is no layer"),
        ("a: add()", "a joins two or more layers"),
        ("a: nn.ReLU()\nb: nn.ReLU()\nc: nn.Conv2d(1, 1, 1) <- a, b", "reads 2 layers"),
        ("a: __import__('os').system('x')", "is not known in a network"),
        ("nn.Sequential(nn.Conv2d(3, n, 3))", "The value of n is not in the text"),
        ("nn.Sequential(nn.Conv2d(3, 7, 3, groups=2))", "groups"),
        ("nn.Sequential(nn.Upsample())", "needs one of size and scale_factor"),
        ("(" * 300, "more brackets"),
        ("x" * 300_000, "characters long"),
        ("(0-9999): 9999 x B(\n  (0): ReLU()\n)", "more than 2,000 layers"),
    ),
)
def test_what_is_no_network_is_one_sentence(text: str, words: str) -> None:
    with pytest.raises(NetworkError) as error:
        read_network(text)
    assert words.lower() in str(error.value).lower() and "\n" not in str(error.value)


@given(st.text(alphabet="()[]{}:,.nC0onv2dSequtial<-add= \n\"'", max_size=200))
def test_no_text_breaks_the_reader(text: str) -> None:
    try:
        assert read_network(text).network.nodes
    except NetworkError as error:
        assert str(error)


def test_a_break_says_layer_rule_and_fix() -> None:
    unet = walk(PRESETS["unet"].network, (1, 1, 230, 230)).broken
    assert unet and unet.rule == "57 against 56 at the concatenation."
    assert unet.fix == "Pad the input to a multiple of 16: 240x240 instead of 230x230."
    short = walk(Network.chain([ConvSpec(1, 16, 5), ("fc", Linear(400, 10))]), (1, 1, 9, 9)).broken
    assert short and short.fix == "Put nn.Flatten() before it."
    tiny = walk(PRESETS["alexnet"].network, (1, 3, 32, 32)).broken
    assert tiny and "63x63 is the smallest" in tiny.fix


@pytest.mark.parametrize(
    ("text", "shape", "fix"),
    [
        ("a: nn.Conv2d(1, 16, 5)\nb: nn.Flatten()\nfc: nn.Linear(256, 9)", (1, 1, 9, 9), "in_features=400"),
        ("a: nn.Conv2d(1, 16, 5)\nfc: nn.Linear(16, 9)", (1, 1, 9, 9), "nn.Flatten() before it; it then needs"),
        ("a: nn.Conv2d(3, 8, 3, padding=1)\ns: add() <- a, input", (1, 3, 9, 9), "nn.Conv2d(3, 8, 1)"),
        ("a: nn.Conv2d(3, 8, 1)\nb: nn.BatchNorm2d(4)", (1, 3, 9, 9), "num_features=8"),
        ("a: nn.Conv2d(3, 8, 9)\nb: nn.Conv2d(8, 8, 9)", (1, 3, 9, 9), "17x17 is the smallest"),
        ("a: nn.Conv2d(3, 9, 1)\nb: nn.GroupNorm(3, 6)", (1, 3, 9, 9), "num_channels=9"),
    ],
)
def test_the_way_out_of_a_break_can_be_gone(text: str, shape: tuple[int, ...], fix: str) -> None:
    broken = walk(read_listing(text), shape).broken
    assert broken and fix in broken.fix and broken.mended
    mended = walk(broken.mended.network, broken.mended.input_shape)
    assert mended.broken is None
    assert read_listing(write_listing(mended.network)) == mended.network


def test_a_picture_of_684_pixels_through_five_halvings() -> None:
    down = [Node(f"down{i}", ConvSpec(1, 1, 3, 2, 1), ("input" if i == 1 else f"down{i - 1}",)) for i in range(1, 6)]
    up = [Node("up", Upsample(scale_factor=(2, 2)), ("down5",)), Node("both", Concat(), ("down4", "up"))]
    broken = walk(Network.of([*down, *up]), (1, 1, 684, 684)).broken
    assert broken and broken.rule == "43 against 44 at the concatenation."
    assert broken.fix == "Pad the input to a multiple of 32: 704x704 instead of 684x684."
    assert broken.mended and broken.mended.input_shape == (1, 1, 704, 704)


def test_paths_that_miss_each_other_are_told_with_their_distance() -> None:
    parts = [Node("a", ConvSpec(1, 1, 3, stride=2, padding=1)), Node("b", ConvSpec(1, 1, 1, stride=2), ("input",))]
    fine = walk(Network.of([*parts, Node("sum", Add(), ("a", "b"))]), (1, 1, 8, 8))
    assert fields(fine).misses == ()
    off = [parts[0], Node("b", ConvSpec(1, 1, 2, stride=2), ("input",)), Node("sum", Add(), ("a", "b"))]
    (miss,) = fields(walk(Network.of(off), (1, 1, 8, 8))).misses
    assert miss.words == (
        "sum: what comes through b looks 0.5 input pixels down and 0.5 input pixels to the right of what comes "
        "through a."
    )


def test_layers_are_added_moved_and_removed() -> None:
    net = read_listing("a: nn.Conv2d(3, 3, 1)\nb: nn.ReLU()\nsum: add() <- b, input")
    more = inserted(net, "a", Pointwise("Tanh"))
    assert more.nodes[2].reads == ("0",)
    assert removed(more, "0") == net
    assert moved(net, "b", -1).names == ("b", "a", "sum")
    assert removed(net, "a").names == ("b", "sum")
    with pytest.raises(NetworkError, match="belongs to the paths"):
        moved(net, "b", 1)
    with pytest.raises(NetworkError, match="needs a layer"):
        removed(read_listing("a: nn.ReLU()"), "a")


def test_names_that_a_spreadsheet_would_run_are_quoted() -> None:
    net = Network.of([Node("=1+1", Pointwise("ReLU"))])
    assert as_csv(walk(net, (1, 1, 2, 2))).splitlines()[1].startswith("'=1+1,")


@given(st.text(max_size=400))
def test_a_packed_text_comes_back(text: str) -> None:
    assert unpack(pack(text)) == text


@given(st.text(alphabet="abcXYZ019-_=", max_size=80))
def test_no_address_breaks_the_page(text: str) -> None:
    assert isinstance(unpack(text), str)


def test_concat_runs_as_torch_does() -> None:
    net = Network.of([Node("a", ConvSpec(2, 3, 1)), Node("both", Concat(), ("a", "input"))])
    assert TorchNetwork(net)(torch.zeros(1, 2, 4, 4)).shape == (1, 5, 4, 4)


def test_blocks_are_folded_as_they_are_named() -> None:
    for key, starts in (("resnet18", ["layer1.0.conv1"]), ("mobilenet1", ["conv7.depthwise.conv"]), ("vgg16", [])):
        told = walk(PRESETS[key].network, PRESETS[key].input_shape)
        assert [told.rows[fold.start].name for fold in folds(told)] == starts

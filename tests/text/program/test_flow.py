"""Programs that are pasted: the shape that reaches each layer is the one that torch has there when the program runs."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional as F

from conv_viz.layers.conv import ConvSpec
from conv_viz.text.adopt import adopt
from conv_viz.text.paste import read

STEPS = [  # what may stand between two layers; none changes the number of channels for good
    "x = F.relu(x)",
    "x = F.pad(x, (1, 2, 0, 0))",
    "x = F.pad(x, [2, 2, 1, 3], mode='replicate')",
    "x = nn.ZeroPad2d((1, 2, 3, 0))(x)",
    "x = nn.ReflectionPad2d(1)(x)",
    "x = F.max_pool2d(x, 2)",
    "x = F.max_pool2d(x, kernel_size=3, stride=2, padding=1, ceil_mode=True)",
    "x = nn.AvgPool2d(2, stride=1)(x)",
    "x = torch.relu(nn.BatchNorm2d(x.shape[1])(x))",
    "x = F.interpolate(x, scale_factor=2)",
    "x = nn.Upsample(scale_factor=1.5)(x)",
    "x = x[:, :, 1:, :-1]",
    "x = x.permute(0, 1, 3, 2)",
    "x = x.transpose(2, 3).contiguous()",
    "x = torch.cat([x, x], dim=2)",
    "x = x + 1",
    "x = x.view(x.size(0), x.shape[1], x.size(3), x.size(2))",
    "x = x.flatten(2).unsqueeze(2)",
    "b, c, h, w = x.shape\nx = x.reshape(b, c, w, h)",
    "x = nn.ConvTranspose2d(x.shape[1], 4, 2, stride=2)(x)",
    "x = nn.Dropout(0.5)(x)",
    "x = F.adaptive_avg_pool2d(x, (7, None))",
    "x.unsqueeze_(0)\nx = x.squeeze(0)",
    "y = x\nx = y * torch.sigmoid(y)",
]
LAYERS = [
    "x = nn.Conv2d({c}, 4, 3)(x)",
    "conv = nn.Conv2d({c}, 4, (3, 2), stride=2, padding=1)\nx = conv(x)",
    "x = F.relu(nn.Conv2d({c}, 4, 1, padding='valid')(x))",
    "conv = torch.nn.Conv2d({c}, 4, kernel_size=3, padding='same', dilation=2)\nx = x + conv(x)[:, :1]",
]


def seen(program: str) -> list[tuple[int, ...]]:
    """The shapes that nn.Conv2d gets when a program of these tests is really run."""
    shapes: list[tuple[int, ...]] = []

    class Conv2d(nn.Conv2d):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            shapes.append(tuple(x.shape))
            return super().forward(x)

    original, nn.Conv2d = nn.Conv2d, Conv2d
    try:
        exec(program, {"torch": torch, "nn": nn, "F": F, "__name__": "__main__"})
    finally:
        nn.Conv2d = original
    return shapes


def by_text(program: str) -> list[tuple[int, ...] | None]:
    """The shape of each nn.Conv2d's input as the paste tells it."""
    return [layer.input_shape for layer in read(program).layers if isinstance(layer.spec, ConvSpec)]


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.sampled_from(STEPS), max_size=4),
    st.sampled_from(LAYERS),
    st.lists(st.sampled_from(STEPS), max_size=3),
    st.tuples(st.integers(1, 2), st.just(4), st.integers(6, 14), st.integers(6, 14)),
)
def test_a_program_step_by_step(before, layer, between, shape):
    start = f"x = torch.rand{shape}"
    program = "\n".join([start, *before, layer.format(c="4"), *between, "x = nn.Conv2d(4, 8, 1)(x)"])
    try:
        real = seen(program)
    except (RuntimeError, ValueError, IndexError):
        return
    assert by_text(program) == real
    pasted = read(program)
    assert pasted.input_shape == real[0]
    for i, shape in enumerate(real):
        assert adopt(pasted, (1, 3, 7, 7), {}, i).input_shape == (*((1,) if len(shape) == 3 else ()), *shape)


MODULES = [
    "nn.ReLU()", "nn.MaxPool2d(2)", "nn.ZeroPad2d((1, 0, 2, 0))", "nn.BatchNorm2d(4)", "nn.Identity()",
    "nn.AvgPool2d(3, 1, 1)", "nn.Upsample(scale_factor=2)", "nn.Conv2d(4, 4, 3, padding=1, stride=2)",
    "nn.Conv2d(4, 4, 2)",
    "nn.Sequential(nn.Conv2d(4, 4, 1), nn.ReLU())", "nn.AdaptiveMaxPool2d((6, 5))", "nn.ConvTranspose2d(4, 4, 2, 2)",
]  # fmt: skip
SHAPES_OF_MODELS = [
    "net = nn.Sequential({parts})\nx = torch.rand(2, 4, 20, 17)\ny = net(x)",
    "x = torch.rand(2, 4, 20, 17)\nnet = nn.Sequential(\n    {parts},\n)\nfor layer in net:\n    x = layer(x)",
    """class Net(nn.Module):
    def __init__(self, n=3):
        super().__init__()
        self.body = nn.Sequential(
            {parts}
        )

    def forward(self, x):  # no head
        x = self.body(x)
        return x

model = Net()
print(model(torch.rand(2, 4, 20, 17)).shape)""",
    """class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.parts = nn.ModuleList([{parts}])

    def forward(self, x):
        for part in self.parts:
            x = part(x)
        return x

if __name__ == '__main__':
    Net()(torch.rand(2, 4, 20, 17))""",
    "def block(x):\n    net = nn.Sequential(*[{parts}])\n    return net(x)\n\nblock(torch.rand(2, 4, 20, 17))",
]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.sampled_from(MODULES), min_size=1, max_size=6), st.sampled_from(SHAPES_OF_MODELS))
def test_a_model(parts, shape):
    program = shape.replace("{parts}", ", ".join(parts))
    try:
        real = seen(program)
    except (RuntimeError, ValueError):
        return
    if real:
        assert by_text(program) == real


@pytest.mark.parametrize("program", [
    "net = nn.Sequential(nn.Conv2d(1, 6, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5))\n"
    "x = torch.rand(1, 1, 28, 28)",
    "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.a = nn.Conv2d(1, 6, 5)\n"
    "        self.b = nn.Conv2d(6, 16, 5)\n    def forward(self, x):\n"
    "        return self.b(F.max_pool2d(F.relu(self.a(x)), 2))\nx = torch.rand(1, 1, 28, 28)",
    "self.a = nn.Conv2d(1, 6, 5)\nself.b = nn.Conv2d(6, 16, 5)\ndef forward(self, x):\n"
    "    x = F.max_pool2d(self.a(x), 2)\n    return self.b(x)\nx = torch.rand(1, 1, 28, 28)",
])  # fmt: skip
def test_a_model_that_the_text_never_calls_gets_its_only_tensor(program):
    assert by_text(program) == [(1, 1, 28, 28), (1, 6, 12, 12)]
    if not program.startswith("self"):
        assert "The tensor of the text is taken for the input of" in " ".join(read(program).notes)


@pytest.mark.parametrize("between, why", [
    ("x = attention(x)", "attention(x)"),
    ("x = self.stem(x)", "self.stem(x)"),
    ("x = x[mask]", "x[mask]"),
    ("x = F.pad(x, (p, p))", "F.pad(x, (p, p))"),
    ("if deep:\n    x = F.max_pool2d(x, 2)", "an if"),
    ("while small(x):\n    x = F.interpolate(x, scale_factor=2)", "while small(x):"),
    ("for part in blocks:\n    x = part(x)", "for part in blocks:"),
    ("x = x if small else F.max_pool2d(x, 2)", "an if"),
    ("x = x ~~ nonsense", "x = x ~~ nonsense"),
])  # fmt: skip
def test_what_is_not_known_is_said(between, why):
    pasted = read(f"x = torch.rand(1, 3, 20, 20)\n{between}\nconv = nn.Conv2d(3, 8, 3)\nconv(x)")
    assert pasted.layers[0].input_shape is None and pasted.input_shape is None
    assert pasted.layers[0].notes == (
        f"conv: what {why} does to the shape is not known here, so the text does not tell this layer's input.",
    )
    adopted = adopt(pasted, (1, 3, 7, 7), {})
    assert adopted.input_shape == (1, 3, 7, 7) and pasted.layers[0].notes[0] in adopted.notes


def test_an_if_that_changes_nothing_loses_nothing():
    text = "x = torch.rand(1, 3, 20, 20)\nif debug:\n    print(x.shape)\nnn.Conv2d(3, 8, 3)(x)"
    assert by_text(text) == [(1, 3, 20, 20)]


def test_pad_before_a_layer_is_said():
    pasted = read("x = torch.rand(1, 3, 8, 8)\nx = F.pad(x, (1, 2, 0, 0))\nnn.Conv2d(3, 4, 3)(x)")
    assert pasted.spec.output_shape(pasted.input_shape) == (1, 4, 6, 9)
    assert pasted.layers[0].notes == (
        "line 3: F.pad(x, (1, 2, 0, 0)) stands before it, so the input shown is the padded one, (1, 3, 8, 11).",
    )


def test_the_way_to_a_later_layer_is_said():
    pasted = read(
        "net = nn.Sequential(nn.Conv2d(1, 6, 5), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5))\nnet(torch.rand(1, 1, 28, 28))"
    )
    assert pasted.layers[1].notes == (
        "net.2 reads (1, 6, 12, 12): (1, 1, 28, 28) after nn.Conv2d(1, 6, 5) and nn.MaxPool2d(2).",
    )
    assert pasted.layers[2].notes == ("net.1 reads (1, 6, 24, 24): (1, 1, 28, 28) after nn.Conv2d(1, 6, 5).",)


@pytest.mark.parametrize("text, shape, spec", [
    ("F.conv2d(torch.rand(1, 4, 9, 9), torch.rand(6, 4, 3, 3), padding=1)",
     (1, 4, 9, 9), ConvSpec(4, 6, 3, padding=1, bias=False)),
    ("w = torch.randn(12, 4, 5, 5)\nx = torch.randn(2, 4, 20, 30)\ny = F.conv2d(x, w, stride=2, padding=2)",
     (2, 4, 20, 30), ConvSpec(4, 12, 5, stride=2, padding=2, bias=False)),
    ("k = nn.Parameter(torch.ones(8, 1, 3, 3)); b = torch.zeros(8)\nx = torch.rand(1, 4, 9, 9)\n"
     "torch.nn.functional.conv2d(input=F.pad(x, (1, 1)), weight=k, bias=b, groups=4)",
     (1, 4, 9, 11), ConvSpec(4, 8, 3, groups=4)),
    ("torch.conv2d(torch.rand(1, 3, 9, 9), weight=torch.rand(6, 3, 1, 2), dilation=(1, 2))",
     (1, 3, 9, 9), ConvSpec(3, 6, (1, 2), dilation=(1, 2), bias=False)),
])  # fmt: skip
def test_a_function_with_its_weight(text, shape, spec):
    pasted = read(text)
    assert (pasted.input_shape, pasted.spec) == (shape, spec)
    scope = {"torch": torch, "nn": nn, "F": F}
    *first, last = text.split("\n")
    exec("\n".join(first), scope)
    real = eval(last.partition("= ")[2] if last.startswith("y =") else last, scope)
    assert spec.output_shape(shape) == tuple(real.shape)


def test_a_setting_of_a_function_is_asked_for():
    text = "F.conv2d(torch.rand(1, 4, 9, 9), torch.rand(6, 4, 3, 3), stride=s)"
    assert read(text).asked == ("s",)
    assert read(text, {"s": 2}).spec == ConvSpec(4, 6, 3, stride=2, bias=False)


@pytest.mark.parametrize("text, shape", [
    ("x = torch.rand(1, 224, 224, 3)\nnn.Conv2d(3, 64, 7)(x)", (1, 3, 224, 224)),
    ("x = torch.rand(1, 224, 224, 3)\nnn.Conv2d(3, 64, 7)", (1, 3, 224, 224)),
    ("img = np.zeros((480, 640, 3))\nx = torch.from_numpy(img)\nconv = nn.Conv2d(3, 64, 7)\nconv(x)", (3, 480, 640)),
])  # fmt: skip
def test_channels_last_are_permuted_and_said(text, shape):
    pasted = read(text)
    assert pasted.mended_input == shape
    assert "its last dimension holds the 3 channels" in pasted.cause and "permute(" in pasted.fix
    assert adopt(pasted, (1, 3, 7, 7), {}).input_shape[-3:] == shape[-3:]

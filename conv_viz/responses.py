"""What one slice of a filter responds to: a single one in the input, and stripes of every width and direction."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from conv_viz import kernels
from conv_viz.layer import run
from conv_viz.scene import Scene
from conv_viz.spec import ConvSpec
from conv_viz.taps import taps

MOST_REACH = 65
"""Cells from the first tap to the last up to which the layer's dilation is kept."""


@dataclass(frozen=True, eq=False)
class Response:
    """What the real layer answers to an impulse: input (2h-1, 2w-1), response (h, w), h x w the effective kernel.

    ``lands_y`` (kH,) and ``lands_x`` (kW,): row and column of the response where each row and column
    of the kernel is seen again, read from the taps tables.
    """

    spec: ConvSpec
    kernel: np.ndarray
    impulse: np.ndarray
    response: np.ndarray
    lands_y: np.ndarray
    lands_x: np.ndarray


def response(spec: ConvSpec, kernel: np.ndarray, *, flip: bool = False) -> Response:
    """Run a layer with one slice (kH, kW) as its only filter, and the dilation of `spec`, on an impulse.

    Stride 1 and no padding, so that each tap is met once. ``flip=True`` turns the kernel round
    first: what a convolution, as mathematics has it, would give.

    >>> response(ConvSpec(1, 1, (1, 3)), np.float32([[1, 2, 3]])).response.tolist()
    [[3.0, 2.0, 1.0]]
    >>> response(ConvSpec(1, 1, (1, 3)), np.float32([[1, 2, 3]]), flip=True).response.tolist()
    [[1.0, 2.0, 3.0]]
    """
    dilation = spec.dilation if max(spec.effective_kernel) <= MOST_REACH else (1, 1)
    one = ConvSpec(1, 1, spec.kernel_size, dilation=dilation, bias=False)
    height, width = one.effective_kernel
    impulse = np.zeros((1, 2 * height - 1, 2 * width - 1), np.float32)
    impulse[0, height - 1, width - 1] = 1
    used = kernels.flip(kernel) if flip else kernel
    answer = run(one, impulse, weight=used[None, None]).output[0]
    # output cell o reads the impulse through tap k where the window table says so
    lands = [
        (taps(axis).window == middle).argmax(axis=0)
        for axis, middle in zip(one.axes(impulse.shape), (height - 1, width - 1), strict=True)
    ]
    rows, columns = (along[::-1] if flip else along for along in lands)
    return Response(one, kernel, impulse[0], answer, rows.astype(np.int32), columns.astype(np.int32))


def panels_scene(shown: Response, *, flip: bool = False) -> Scene:
    """The pictures: impulse, kernel, response, and the size of the response's Fourier transform.

    >>> list(panels_scene(response(ConvSpec(1, 1, 3), np.eye(3, dtype=np.float32))).arrays)
    ['impulse', 'kernel', 'response', 'gain', 'lands_y', 'lands_x']
    """
    gain = kernels.frequency_response(shown.response)
    most = _most(shown.kernel)
    panels = [
        {"array": "impulse", "title": "impulse", "scale": [-1.0, 1.0], "sign": "∗" if flip else "⋆"},
        {"array": "kernel", "title": "weights", "scale": [-most, most], "sign": "="},
        {"array": "response", "title": "response", "scale": [-most, most], "sign": ""},
        {"array": "gain", "title": "frequency response, cycles per cell", "scale": [0.0, _most(gain)], "sign": ""},
    ]
    arrays = {
        "impulse": shown.impulse,
        "kernel": shown.kernel,
        "response": shown.response,
        "gain": gain.astype(np.float32),
        "lands_y": shown.lands_y,
        "lands_x": shown.lands_x,
    }
    return Scene({"panels": panels, "words": frequency_words(shown.response)}, arrays)


def frequency_words(response: np.ndarray) -> str:
    """What flat areas become, and which stripes are answered most strongly.

    >>> frequency_words(np.full((3, 3), 1 / 9))
    'Flat areas come out × 1, the sum of the weights, and nothing comes out stronger: fine detail is lost.'
    >>> frequency_words(np.array([[-1.0, 0.0, 1.0]]))
    'Flat areas come out × 0, the sum of the weights. The strongest answer, × 2, is to stripes every 4.0 cells across.'
    """
    if not np.isfinite(response).all() or not response.any():
        return "All weights are zero: nothing comes through." if not response.any() else ""
    total = float(response.sum(dtype=np.float64))
    total = 0.0 if abs(total) < 1e-6 * np.abs(response).sum() else total  # rounding of numbers that cancel out
    flat = f"Flat areas come out × {_digits(total)}, the sum of the weights"
    gain = kernels.frequency_response(response)
    size = len(gain)
    strongest = np.argwhere(gain >= gain.max() * (1 - 1e-6))
    apart = np.abs(strongest - size // 2) / size  # cycles per cell
    down, across = map(float, apart[np.hypot(*apart.T).argmin()])
    if not down and not across:
        blurs = gain.min() < 0.9 * gain.max()
        return f"{flat}, and nothing comes out stronger{': fine detail is lost' if blurs else ''}."
    stripes = f"stripes every {1 / math.hypot(down, across):.1f} cells {_way(down, across)}"
    return f"{flat}. The strongest answer, × {_digits(gain.max())}, is to {stripes}."


def _digits(value: float) -> str:
    return f"{value:.3g}".replace("-", "−")


def _way(down: float, across: float) -> str:
    if down <= across * math.tan(math.pi / 8):
        return "across"
    return "down" if across <= down * math.tan(math.pi / 8) else "along a diagonal"


def _most(values: np.ndarray) -> float:
    return float(np.abs(values[np.isfinite(values)]).max(initial=0))

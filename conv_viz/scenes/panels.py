"""What one slice of a filter responds to, as pictures: a single one in the input, and stripes of every width."""

from __future__ import annotations

import math

import numpy as np

from conv_viz.scenes.headers import Panel, PanelsHeader
from conv_viz.scenes.scene import Scene
from conv_viz.weights import kernels
from conv_viz.weights.responses import Response


def panels_scene(shown: Response, *, flip: bool = False) -> Scene:
    """The pictures: impulse, kernel, response, and the size of the response's Fourier transform.

    >>> from conv_viz.compute.responses import response
    >>> from conv_viz.layers.conv import ConvSpec
    >>> list(panels_scene(response(ConvSpec(1, 1, 3), np.eye(3, dtype=np.float32))).arrays)
    ['impulse', 'kernel', 'response', 'gain', 'lands_y', 'lands_x']
    """
    gain = kernels.frequency_response(shown.response)
    most = _most(shown.kernel)
    panels: list[Panel] = [
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
    header: PanelsHeader = {"kind": "panels", "panels": panels, "words": frequency_words(shown.response)}
    return Scene({**header}, arrays)


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

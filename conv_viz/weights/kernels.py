"""Named filters, and what can be done to one filter. Numpy only.

All kernels are written for cross-correlation, as ``nn.Conv2d`` computes it:
``output[y, x] = sum(kernel[i, j] * padded[y + i, x + j])``. A kernel's centre is
the cell ``(k - 1) // 2``, the one that ``padding='same'`` lays over the output.
Angles are in degrees, counter-clockwise as seen on the screen, 0 pointing right.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

DIRECTIONS = {"right": (0, -1), "left": (0, 1), "down": (-1, 0), "up": (1, 0)}
"""Where the picture moves -> the step (rows, columns) from the centre to the one tap."""


class KernelError(ValueError):
    """A named filter that does not fit this kernel size, or an operation that this kernel does not allow."""


@dataclass(frozen=True)
class Parameter:
    """A number, or one of some words, that a named filter can be given."""

    name: str
    title: str
    default: float | str
    low: float = 0.0
    high: float = 0.0
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Kernel:
    """A named filter: what it is called, what it does, how it is made.

    `smallest` is the least (rows, columns) that hold it; larger kernels carry a
    larger version, or the small one in their middle, as `says` tells.
    """

    title: str
    says: str
    function: Callable[..., np.ndarray]
    smallest: tuple[int, int] = (1, 1)
    parameters: tuple[Parameter, ...] = ()

    def make(self, kh: int, kw: int, **values: Any) -> np.ndarray:
        """The weights: float32, (kh, kw). Raises `KernelError` when they do not fit.

        >>> KERNELS["sobel_x"].make(3, 3).tolist()
        [[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0], [-1.0, 0.0, 1.0]]
        """
        rows, columns = self.smallest
        if kh < rows or kw < columns:
            raise KernelError(
                f"{self.title} needs a kernel of at least {rows}×{columns}, not {kh}×{kw}; "
                f"set kernel_size=({max(kh, rows)}, {max(kw, columns)})."
            )
        given = {p.name: values.pop(p.name, p.default) for p in self.parameters}
        if values:
            raise KernelError(f"{self.title} takes {', '.join(given) or 'no parameters'}, not {', '.join(values)}.")
        for parameter in self.parameters:
            _check(self.title, parameter, given[parameter.name])
        return self.function(kh, kw, **given).astype(np.float32)

    def refusal(self, kh: int, kw: int, **values: Any) -> str | None:
        """Why this size cannot hold it, in one sentence, or None.

        >>> KERNELS["laplacian"].refusal(1, 5)
        'Laplacian needs a kernel of at least 3×3, not 1×5; set kernel_size=(3, 5).'
        """
        try:
            self.make(kh, kw, **values)
        except KernelError as error:
            return str(error)
        return None


def _check(title: str, parameter: Parameter, value: Any) -> None:
    if parameter.choices:
        if value not in parameter.choices:
            raise KernelError(f"{title}: {parameter.name} is one of {', '.join(parameter.choices)}, not {value!r:.40}.")
        return
    number = isinstance(value, int | float | np.number) and not isinstance(value, bool)
    if not number or not parameter.low <= value <= parameter.high:
        raise KernelError(
            f"{title}: {parameter.name} is a number from {parameter.low:g} to {parameter.high:g}, not {value!r:.40}."
        )


# -- the filters ----------------------------------------------------------------------


def identity(kh: int, kw: int) -> np.ndarray:
    """One at the centre, zeros around it."""
    return _embedded(np.ones((1, 1)), kh, kw)


def shift(kh: int, kw: int, direction: str) -> np.ndarray:
    """One tap beside the centre: the picture moves by one cell the other way."""
    dy, dx = DIRECTIONS[direction]
    y, x = (kh - 1) // 2 + dy, (kw - 1) // 2 + dx
    if not (0 <= y < kh and 0 <= x < kw):
        raise KernelError(
            f"Shift {direction} needs a cell beside the centre, which a {kh}×{kw} kernel lacks; set kernel_size=3."
        )
    kernel = np.zeros((kh, kw))
    kernel[y, x] = 1
    return kernel


def box(kh: int, kw: int) -> np.ndarray:
    """Equal weights that sum to one: the mean of the window."""
    return np.full((kh, kw), 1 / (kh * kw))


def gaussian(kh: int, kw: int, sigma: float) -> np.ndarray:
    """Sampled Gaussian ``exp(-x^2 / (2 sigma^2))`` in both axes, sum one.

    ``sigma=0`` takes ``0.3 * ((k - 1) / 2 - 1) + 0.8`` of each axis, as OpenCV's
    getGaussianKernel: https://docs.opencv.org/4.x/d4/d86/group__imgproc__filter.html
    """
    return np.outer(_bell(kh, sigma), _bell(kw, sigma))


def sharpen(kh: int, kw: int) -> np.ndarray:
    """Identity minus the 4-neighbour Laplacian (Gonzalez & Woods, "Digital Image Processing", section 3.6)."""
    return identity(kh, kw) - laplacian(kh, kw)


def unsharp(kh: int, kw: int, sigma: float, amount: float) -> np.ndarray:
    """``identity + amount * (identity - gaussian)`` (Gonzalez & Woods, section 3.6)."""
    centre = identity(kh, kw)
    return centre + amount * (centre - gaussian(kh, kw, sigma))


def sobel_x(kh: int, kw: int) -> np.ndarray:
    """Binomial smoothing down, its derivative across; 3x3 is Sobel's ``1 2 1`` times ``-1 0 1``.

    Larger sizes as OpenCV's getDerivKernels builds them: ``[-1 0 1]`` smoothed by binomials.
    """
    return np.outer(_binomial(kh), np.convolve(_binomial(kw - 2), [-1, 0, 1]))


def sobel_y(kh: int, kw: int) -> np.ndarray:
    """`sobel_x`, turned."""
    return sobel_x(kw, kh).T


def scharr_x(kh: int, kw: int) -> np.ndarray:
    """``3 10 3`` times ``-1 0 1`` (H. Scharr, "Optimal operators in digital image processing", 2000)."""
    return _embedded(np.outer([3, 10, 3], [-1, 0, 1]), kh, kw)


def scharr_y(kh: int, kw: int) -> np.ndarray:
    """`scharr_x`, turned."""
    return scharr_x(kw, kh).T


def laplacian(kh: int, kw: int) -> np.ndarray:
    """Sum of the 4 neighbours minus 4 times the centre: the discrete second derivative in x plus that in y."""
    return _embedded(np.array([[0, 1, 0], [1, -4, 1], [0, 1, 0]]), kh, kw)


def emboss(kh: int, kw: int) -> np.ndarray:
    """``-2 -1 0 / -1 1 1 / 0 1 2``: a derivative along the diagonal, plus the picture itself (sum one).

    Source: https://en.wikipedia.org/wiki/Image_embossing and the kernels of setosa.io/ev/image-kernels.
    """
    return _embedded(np.array([[-2, -1, 0], [-1, 1, 1], [0, 1, 2]]), kh, kw)


def laplacian_of_gaussian(kh: int, kw: int, sigma: float) -> np.ndarray:
    """``(x^2 / sigma^4 - 1 / sigma^2) * gaussian`` in x plus that in y (Marr & Hildreth 1980), moved to sum zero."""
    g_y, g_x = _bell(kh, sigma), _bell(kw, sigma)
    second_y, second_x = ((_reach(k) ** 2 / sigma**4 - 1 / sigma**2) * g for k, g in ((kh, g_y), (kw, g_x)))
    kernel = np.outer(second_y, g_x) + np.outer(g_y, second_x)
    return kernel - kernel.mean()


def gabor(kh: int, kw: int, angle: float, wavelength: float) -> np.ndarray:
    """A cosine wave that runs along `angle`, under a Gaussian; sum zero, sum of absolute values one.

    ``exp(-r^2 / (2 sigma^2)) * cos(2 pi u / wavelength)``, u along the angle, ``sigma = 0.56 *
    wavelength``: a bandwidth of one octave (Petkov & Kruizinga 1997, https://en.wikipedia.org/wiki/Gabor_filter).
    """
    y, x = np.meshgrid(_reach(kh), _reach(kw), indexing="ij")
    turn = math.radians(angle)
    along = x * math.cos(turn) - y * math.sin(turn)  # rows count downwards
    sigma = 0.56 * wavelength
    kernel = np.exp(-(x**2 + y**2) / (2 * sigma**2)) * np.cos(2 * math.pi * along / wavelength)
    kernel -= kernel.mean()
    return kernel / np.abs(kernel).sum()


def motion_blur(kh: int, kw: int, angle: float) -> np.ndarray:
    """A line through the middle, as long as the kernel holds, sum one.

    One sample for each cell of the longer axis; a sample between cells is shared out linearly.
    """
    turn = math.radians(angle)
    middle, step = ((kh - 1) / 2, (kw - 1) / 2), (-math.sin(turn), math.cos(turn))
    half = min((m / abs(s) for m, s in zip(middle, step, strict=True) if abs(s) > 1e-9), default=0.0)
    samples = round(2 * half * max(map(abs, step))) + 1
    if samples < 2:
        raise KernelError(
            f"Motion blur at {angle:g}° finds no second cell in a {kh}×{kw} kernel; enlarge kernel_size or turn it."
        )
    kernel = np.zeros((kh + 1, kw + 1))
    for t in np.linspace(-half, half, samples):
        y, x = (float(np.round(m + t * s, 9)) for m, s in zip(middle, step, strict=True))
        (i, fy), (j, fx) = ((math.floor(v), v - math.floor(v)) for v in (y, x))
        kernel[i : i + 2, j : j + 2] += np.outer([1 - fy, fy], [1 - fx, fx])
    return kernel[:kh, :kw] / samples


def _reach(k: int) -> np.ndarray:
    return np.arange(k) - (k - 1) / 2


def _bell(k: int, sigma: float) -> np.ndarray:
    sigma = sigma or max(0.3 * ((k - 1) / 2 - 1) + 0.8, 0.3)
    bell = np.exp(-(_reach(k) ** 2) / (2 * sigma**2))
    return bell / bell.sum()


def _binomial(k: int) -> np.ndarray:
    return np.array([math.comb(k - 1, i) for i in range(k)], dtype=np.float64)


def _embedded(stencil: np.ndarray, kh: int, kw: int) -> np.ndarray:
    kernel = np.zeros((kh, kw))
    rows, columns = stencil.shape
    top, left = (kh - 1) // 2 - (rows - 1) // 2, (kw - 1) // 2 - (columns - 1) // 2
    kernel[top : top + rows, left : left + columns] = stencil
    return kernel


_ANGLE = Parameter("angle", "angle, degrees", 0.0, -360.0, 360.0)
_SIGMA = Parameter("sigma", "sigma, cells (0: from the size)", 0.0, 0.0, 100.0)

KERNELS: dict[str, Kernel] = {
    "identity": Kernel("Identity", "Copies the picture: one at the centre.", identity),
    "shift": Kernel(
        "Shift",
        "Moves the picture by one cell.",
        shift,
        parameters=(Parameter("direction", "moves to the", "right", choices=tuple(DIRECTIONS)),),
    ),
    "box": Kernel("Box blur", "The mean of the window.", box),
    "gaussian": Kernel("Gaussian blur", "A mean that counts the centre most.", gaussian, parameters=(_SIGMA,)),
    "sharpen": Kernel(
        "Sharpen", "Adds what differs from the four neighbours; 3×3 in the middle of a larger kernel.", sharpen, (3, 3)
    ),
    "unsharp": Kernel(
        "Unsharp mask",
        "Adds what a Gaussian blur would take away.",
        unsharp,
        parameters=(_SIGMA, Parameter("amount", "amount", 1.0, 0.0, 20.0)),
    ),
    "sobel_x": Kernel("Sobel in x", "Brightness growing to the right is positive: vertical edges.", sobel_x, (1, 3)),
    "sobel_y": Kernel("Sobel in y", "Brightness growing downwards is positive: horizontal edges.", sobel_y, (3, 1)),
    "scharr_x": Kernel(
        "Scharr in x", "Sobel in x with truer angles; 3×3 in the middle of a larger kernel.", scharr_x, (3, 3)
    ),
    "scharr_y": Kernel(
        "Scharr in y", "Sobel in y with truer angles; 3×3 in the middle of a larger kernel.", scharr_y, (3, 3)
    ),
    "laplacian": Kernel(
        "Laplacian",
        "Edges in every direction, zero on a slope; 3×3 in the middle of a larger kernel.",
        laplacian,
        (3, 3),
    ),
    "emboss": Kernel(
        "Emboss", "A relief lit along the diagonal; 3×3 in the middle of a larger kernel.", emboss, (3, 3)
    ),
    "log": Kernel(
        "Laplacian of Gaussian",
        "Blobs of about sigma × 1.4 and edges, noise smoothed first.",
        laplacian_of_gaussian,
        (3, 3),
        (Parameter("sigma", "sigma, cells", 1.0, 0.3, 100.0),),
    ),
    "gabor": Kernel(
        "Gabor",
        "Stripes of one width that follow one another along the angle.",
        gabor,
        (3, 3),
        (_ANGLE, Parameter("wavelength", "wavelength, cells", 4.0, 2.0, 100.0)),
    ),
    "motion_blur": Kernel("Motion blur", "The mean along a line.", motion_blur, parameters=(_ANGLE,)),
}
"""Every named filter by its key."""


# -- one filter, changed and looked at -------------------------------------------------


def as_filter(kernel: np.ndarray, channels: int) -> np.ndarray:
    """A kernel (kH, kW) for every channel that a filter reads: (channels, kH, kW).

    Divided by the number of channels, so that the filter sees their mean.

    >>> as_filter(np.ones((1, 1)), 4).ravel().tolist()
    [0.25, 0.25, 0.25, 0.25]
    """
    return np.repeat(np.asarray(kernel, np.float32)[None] / np.float32(channels), channels, axis=0)


def flip(kernel: np.ndarray) -> np.ndarray:
    """Both axes (..., kH, kW) turned round: cross-correlation becomes convolution, and back.

    >>> flip(np.array([[1, 2], [3, 4]])).tolist()
    [[4, 3], [2, 1]]
    """
    return np.ascontiguousarray(kernel[..., ::-1, ::-1])


def transpose(kernel: np.ndarray) -> np.ndarray:
    """Rows and columns (..., kH, kW) exchanged; raises `KernelError` unless the kernel is square."""
    kh, kw = kernel.shape[-2:]
    if kh != kw:
        raise KernelError(f"Only a square kernel can be transposed; this one is {kh}×{kw}.")
    return np.ascontiguousarray(np.swapaxes(kernel, -1, -2))


def normalise(kernel: np.ndarray) -> tuple[np.ndarray, str]:
    """The kernel scaled, and a sentence of what was done.

    To sum one; where the sum is zero up to rounding, as in an edge filter, to length one (L2).
    Raises `KernelError` when every weight is zero or one is not finite.

    >>> normalise(np.array([[1.0, 3.0]]))[0].tolist(), normalise(np.array([[-1.0, 1.0]]))[1]
    ([[0.25, 0.75]], 'The weights sum to zero, so their squares now sum to 1.')
    """
    exact = np.asarray(kernel, np.float64)
    if not np.isfinite(exact).all():
        raise KernelError("A kernel with NaN or infinity cannot be normalised; replace those weights first.")
    if not exact.any():
        raise KernelError("A kernel of zeros cannot be normalised; give it a weight other than zero.")
    exact = exact / np.abs(exact).max()  # neither sum can then overflow or vanish
    total = exact.sum()
    if abs(total) > 1e-6 * np.abs(exact).sum():
        return (exact / total).astype(kernel.dtype), "The weights now sum to 1."
    length = np.sqrt((exact**2).sum())
    return (exact / length).astype(kernel.dtype), "The weights sum to zero, so their squares now sum to 1."


def frequency_response(kernel: np.ndarray, size: int = 64) -> np.ndarray:
    """Magnitude of the discrete Fourier transform of a kernel (kH, kW): float64, (size, size).

    Zero frequency stands at ``[size // 2, size // 2]``, the edges at half a cycle per
    cell. `size` grows to hold a larger kernel.

    >>> frequency_response(np.full((3, 3), 1 / 9))[32, 32].round(6)
    np.float64(1.0)
    """
    size = max(size, *kernel.shape)
    return np.abs(np.fft.fftshift(np.fft.fft2(kernel, (size, size))))


def impulse_response(kernel: np.ndarray, *, flip: bool = False) -> np.ndarray:
    """What comes out when a single one goes in, (kH, kW) around it.

    Cross-correlation, which ``nn.Conv2d`` computes, answers with the kernel turned round
    in both axes; ``flip=True`` turns the kernel first, as a convolution does, and answers
    with the kernel itself.

    >>> impulse_response(np.array([[1, 2, 3]])).tolist(), impulse_response(np.array([[1, 2, 3]]), flip=True).tolist()
    ([[3, 2, 1]], [[1, 2, 3]])
    """
    return np.ascontiguousarray(kernel) if flip else np.ascontiguousarray(kernel[..., ::-1, ::-1])

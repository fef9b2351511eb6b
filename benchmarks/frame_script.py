"""Script time of one animation frame: a 64x64 output with 8 input planes in view, at 60 steps a second.

    python benchmarks/frame_script.py [seconds]

Reach: at most 4 ms of script in a frame, 60 frames a second. All callbacks of one frame count together, Streamlit's
own too. Headless Chromium paints without a graphics card, on the same cores: its frames a second say what this
machine can show; the script time says what the stage asks for.
"""

from __future__ import annotations

import statistics
import sys
from itertools import pairwise

from browsing import APP, chrome, quantile, serving, shown, verdict, window

SCRIPT, FRAMES = 4.0, 60
LAYER = "?in_channels=8&height=64&width=64&kernel_size=3&padding=1&stride=1"
# The time of a frame is the same for all of its callbacks: they are added up under it.
COLLECT = """
const frames = window.benchFrames = new Map();
const plain = window.requestAnimationFrame.bind(window);
window.requestAnimationFrame = (callback) => plain((now) => {
  const start = performance.now();
  callback(now);
  frames.set(now, (frames.get(now) ?? 0) + performance.now() - start);
});
"""


def main(seconds: float) -> int:
    with serving(APP) as server, chrome() as browser:
        page = window(browser)
        page.add_init_script(COLLECT)
        page.goto(f"{server.url}/{LAYER}")
        stage = shown(page, APP)
        cells = page.locator("[data-testid=stage] canvas").count()
        page.get_by_test_id("speed").select_option("60")
        stage.press("Home")
        stage.press(" ")
        page.wait_for_timeout(1000)  # the first frames compile the code
        first = stage.get_attribute("data-cell")
        page.evaluate("() => window.benchFrames.clear()")
        page.wait_for_timeout(1000 * seconds)
        frames: list[list[float]] = page.evaluate("() => [...window.benchFrames]")
        moved = stage.get_attribute("data-cell") != first
    if not moved or len(frames) < 10:
        sys.exit("The stage does not play.")
    script = [taken for _, taken in frames]
    gaps = [later[0] - earlier[0] for earlier, later in pairwise(frames)]
    rate = 1000 * len(gaps) / (frames[-1][0] - frames[0][0])
    print(f"{len(frames)} frames, {cells} canvases: script median {statistics.median(script):.2f} ms,", end=" ")
    print(f"p95 {quantile(script, 0.95):.2f} ms, most {max(script):.1f} ms; {rate:.1f} frames a second")
    fast = verdict("script of a frame, median", statistics.median(script), SCRIPT, " ms")
    smooth = rate >= 0.98 * FRAMES  # the screen's clock is not exactly 60
    print(f"frames a second: {rate:.1f}; reach {FRAMES}: {'yes' if smooth else 'NO'}")
    return 0 if fast and smooth else 1


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if len(sys.argv) > 1 else 8))

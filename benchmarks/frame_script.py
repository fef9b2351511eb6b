"""Script time of one animation frame: a 64x64 output with 8 input planes in view, at 60 steps a second.

    python benchmarks/frame_script.py [seconds]

Reach: the script of a frame takes at most REACH times what the same page needs for the sums of four filters in plain
JavaScript, painting nothing; 60 frames a second. Those sums run in every eighth of the same frames, so that the
processor and what else runs on it are the same for both. All callbacks of one frame count together, Streamlit's own
too. Headless Chromium paints without a graphics card, on the same cores: its frames a second say what this machine can
show; the script says what the stage asks for.
"""

from __future__ import annotations

import statistics
import sys
from itertools import pairwise

from browsing import APP, chrome, quantile, serving, shown, verdict, window
from machine import print_machine

REACH, FRAMES = 3.0, 60
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

// What is compared with: 4 filters of 8 channels and 3x3 weights on 66x66 cells, 1,179,648 products.
const sums = window.benchSums = [];
const cells = Float32Array.from({ length: 8 * 66 * 66 }, (_, i) => Math.sin(i));
const weights = Float32Array.from({ length: 4 * 8 * 9 }, (_, i) => Math.cos(i));
const output = new Float32Array(4 * 64 * 64);
function layer() {
  for (let f = 0, o = 0; f < 4; f++) for (let y = 0; y < 64; y++) for (let x = 0; x < 64; x++) {
    let sum = 0;
    for (let c = 0, w = f * 72; c < 8; c++) for (let ky = 0; ky < 3; ky++) for (let kx = 0; kx < 3; kx++) {
      sum += cells[(c * 66 + y + ky) * 66 + x + kx] * weights[w++];
    }
    output[o++] = sum;
  }
}
let count = 0;
plain(function compare() {
  if (count++ % 8 === 0) {
    const start = performance.now();
    layer();
    sums.push(performance.now() - start);
  }
  plain(compare);
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
        page.evaluate("() => { window.benchFrames.clear(); window.benchSums.length = 0; }")
        page.wait_for_timeout(1000 * seconds)
        frames: list[list[float]] = page.evaluate("() => [...window.benchFrames]")
        sums: list[float] = page.evaluate("() => window.benchSums")
        moved = stage.get_attribute("data-cell") != first
    if not moved or len(frames) < 10:
        sys.exit("The stage does not play.")
    script = [taken for _, taken in frames]
    gaps = [later[0] - earlier[0] for earlier, later in pairwise(frames)]
    rate = 1000 * len(gaps) / (frames[-1][0] - frames[0][0])
    print(f"{len(frames)} frames, {cells} canvases: script median {statistics.median(script):.2f} ms,", end=" ")
    print(f"p95 {quantile(script, 0.95):.2f} ms, most {max(script):.1f} ms; {rate:.1f} frames a second")
    print(f"{len(sums)} times the sums of four filters: median {statistics.median(sums):.2f} ms")
    ratio = statistics.median(script) / statistics.median(sums)
    fast = verdict("script of a frame, of the sums of four filters, medians", ratio, REACH)
    smooth = rate >= 0.98 * FRAMES  # the screen's clock is not exactly 60
    print(f"frames a second: {rate:.1f}; reach {FRAMES}: {'yes' if smooth else 'NO'}")
    return 0 if fast and smooth else 1


if __name__ == "__main__":
    print_machine()
    sys.exit(main(float(sys.argv[1]) if len(sys.argv) > 1 else 8))

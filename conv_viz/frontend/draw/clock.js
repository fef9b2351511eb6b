// A clock that ticks with the frames of the screen for as long as something plays.

export class Clock {
  frame = 0;

  /** @param {(seconds: number) => boolean} tick called with the time since the tick before; false ends it */
  constructor(tick) {
    this.tick = tick;
  }

  /** Go on ticking; a clock that runs already is left alone. */
  run() {
    if (this.frame) return;
    let before = null; // the first frame may have begun before this call: no time has passed then
    const next = (now) => {
      const more = this.tick(before === null ? 0 : (now - before) / 1000);
      before = now;
      this.frame = more && this.frame ? requestAnimationFrame(next) : 0;
    };
    this.frame = requestAnimationFrame(next);
  }

  stop() {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
  }
}

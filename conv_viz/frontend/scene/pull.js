// A pull at a handle: what was asked of the host, what it answered, what to tell it next. Pure.
//
// One value is under way at a time, and the newest wins. The host answers each with the picture, or with that of the last
// possible value and the reason. Letting go waits for the last answer and takes what is shown then.

/** @typedef {Record<string, number>} Values of controls, by name */
/**
 * @typedef {{began: Values, wanted: Values, asked: Values|null, last: Values, good: Values, why: string, told: boolean,
 *   gone: boolean}} Pull
 *   began: what the controls say; wanted: where the handle is; asked: what the host has not answered yet; last: what it
 *   answered last; good: what is shown of that; why: the reason when it is not the same; told: the host knows
 *   of the pull; gone: the reader has let go
 */

/** @param {Values} values those of the controls @returns {Pull} */
export function begin(values) {
  return { began: values, wanted: values, asked: null, last: values, good: values, why: "", told: false, gone: false };
}

/** The handle is somewhere else. @param {Pull} pull @param {Values} values @returns {Pull} */
export const want = (pull, values) => ({ ...pull, wanted: { ...pull.wanted, ...values } });

/** The reader lets go. @param {Pull} pull @returns {Pull} */
export const letGo = (pull) => ({ ...pull, gone: true });

/** The reader goes on, perhaps at another handle, before the last answer. @param {Pull} pull @param {Values} values */
export const again = (pull, values) => ({ ...pull, began: { ...values, ...pull.began }, gone: false });

/** The reader takes it back, to these values. @param {Pull} pull @param {Values} values @returns {Pull} */
export const takeBack = (pull, values) => ({ ...pull, wanted: values, good: values, asked: null, gone: true });

/**
 * The host has answered what was asked.
 * @param {Pull} pull @param {Values} shown what the picture shows of it; nothing when it could not show any of it
 * @param {string} why it does not show all of it @returns {Pull}
 */
export const answered = (pull, shown, why = "") => ({
  ...pull,
  asked: null,
  last: pull.asked ?? pull.last,
  good: { ...pull.good, ...shown },
  why,
});

/** A picture has come that answers nothing, as after a lost session: what was asked is asked again. @returns {Pull} */
export const lost = (pull) => ({ ...pull, asked: null });

/**
 * What the host is told now.
 * @param {Pull} pull
 * @returns {[Pull|null, {values: Values, done: boolean}|null]} the pull after that, null when it is over; and the message
 */
export function next(pull) {
  if (pull.asked) return [pull, null];
  const known = same(pull.wanted, pull.last) || (pull.gone && same(pull.wanted, pull.good));
  if (!known)
    return [
      { ...pull, asked: pull.wanted, told: true },
      { values: pull.wanted, done: false },
    ];
  if (!pull.gone) return [pull, null];
  const done = !same(pull.good, pull.began);
  return [null, done || pull.told ? { values: done ? pull.good : {}, done } : null];
}

/** @param {Values} a @param {Values} b */
export const same = (a, b) => Object.keys(a).every((name) => a[name] === b[name]);

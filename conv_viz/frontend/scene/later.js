// A payload in steps may hold only those that the one before it did not have, see conv_viz/scenes/later.py. Pure.

/**
 * The scene with all of its steps; null where it goes on from another one than `before`, whose id is `held`.
 * @template {{header: any, arrays: Record<string, import("../scene.d.ts").NumberArray>}} T
 * @param {T} scene @param {T|null} before @param {string} [held]
 * @returns {T|null}
 */
export function joined(scene, before, held) {
  const { since, kept, planes } = scene.header;
  if (since === undefined) return scene;
  if (!before || since !== held) return null;
  const arrays = { ...scene.arrays };
  for (const { array, frames } of planes) {
    if (frames) arrays[array] = longer(before.arrays[array], kept, arrays[array]);
  }
  return { ...scene, arrays };
}

/** So many steps of the one array, and then those of the other. */
function longer(first, kept, { data, shape }) {
  const [more, ...sides] = shape;
  const start = kept * sides.reduce((a, b) => a * b, 1);
  const all = new data.constructor(start + data.length);
  all.set(first.data.subarray(0, start));
  all.set(data, start);
  return { data: all, shape: [kept + more, ...sides] };
}

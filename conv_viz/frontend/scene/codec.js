// Payload bytes -> scene. The format is described in conv_viz/scenes/payload.py, the only place that writes it.

const TYPES = { u1: Uint8Array, f4: Float32Array, f8: Float64Array, i2: Int16Array, i4: Int32Array };

/**
 * Unpack a payload.
 * @param {Uint8Array} bytes not necessarily aligned
 * @returns {{header: any, arrays: Record<string, import("../scene.d.ts").NumberArray>}}
 */
export function decode(bytes) {
  const copy = bytes.slice(); // own buffer, offset 0: typed arrays need the alignment
  const view = new DataView(copy.buffer);
  if (copy.length < 8 || view.getUint32(0, true) !== 0x315a5643) {
    throw new Error("These bytes are not a conv_viz picture: they do not begin with CVZ1.");
  }
  const end = 8 + view.getUint32(4, true);
  const header = JSON.parse(new TextDecoder().decode(copy.subarray(8, end)));
  const start = Math.ceil(end / 8) * 8;
  /** @type {Record<string, import("../scene.d.ts").NumberArray>} */
  const arrays = {};
  for (const [name, kind, shape, offset] of header.arrays) {
    const count = shape.reduce((a, b) => a * b, 1);
    arrays[name] = { data: new TYPES[kind](copy.buffer, start + offset, count), shape };
  }
  return { header, arrays };
}

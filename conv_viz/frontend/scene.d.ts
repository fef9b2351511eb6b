// What each kind of scene holds, written by tests/js/make_types.py from conv_viz/scenes/*headers.py.

export interface NumberArray {
  data: Uint8Array | Float32Array | Float64Array | Int16Array | Int32Array;
  shape: number[];
}

/** A payload, unpacked. */
export interface Scene<Header = StageHeader> {
  header: Header & { id: string };
  arrays: Record<string, NumberArray>;
}

/** The scene of a layer that is drawn. */
export type Drawn = Scene<StageHeader & { stage: Stage; input_shape: number[] }>;

/** A picture through a layer, whose maps are there. */
export type Gallery = Scene<Required<GalleryHeader>>;

/** A lens that shows something. */
export type Looked = Scene<Required<LensHeader>>;

/** An impossible setting: the rule, the way out, torch's own words. */
export interface Problem {
  parameter: string;
  rule: string;
  advice: string;
  torch: string | null;
}

/** What is said of a published or named layer. */
export interface Example {
  title: string;
  about: string;
  source: string | null;
}

/** The size of one axis of the output. */
export interface Formula {
  axis: string;
  text: string;
  note: string;
}

/** A number of the layer, what it counts, and the formula in this layer's numbers. */
export interface Fact {
  label: string;
  text: string;
  about: string;
  formula: string;
}

/** What stands over each column of the stage; over the filter for each of those in view. */
export interface Titles {
  input: string;
  filters: string[];
  taps: string;
  sum: string;
  outputs: string;
}

/** A map below the stage: the array that it shows, and its title. */
export interface Named {
  array: string;
  title: string;
}

/** How evenly a transposed convolution reaches its output: maps, what they mean, the layer to take instead. */
export interface Checkerboard {
  maps: Named[];
  most: number;
  words: string;
  code: string;
  source: string;
}

/** Between which values the colours run. */
export interface Ranges {
  input: number[];
  weight: number[];
  product: number[];
  output: number[];
}

/** What becomes of the products of a window.

    Each is taken to a `power`. They are added up, or the largest of them stays. A sum is divided by what the arrays
    ``counted_y`` and ``counted_x`` say, where they are, multiplied by `times`, and then its root is taken.
     */
export interface Reduced {
  join: "sum" | "max";
  times: number;
  power: number;
}

/** One cell of the layer in symbols, over what the letters run, and the equation as LaTeX. */
export interface Rule {
  text: string;
  note: string;
  latex: string;
}

/** The rule of each picture; for each filter in view what some of its placeholders stand for. */
export interface Symbols {
  rules: Record<string, Rule>;
  filters: (Record<string, string>)[];
}

/** The part of a layer that is drawn; indices are those of the whole layer, lists follow what is in view. */
export interface Stage {
  kind: string;
  dims: number;
  reduce: Reduced;
  unit: "filter" | "channel";
  titles: Titles;
  picture: string;
  switch: Record<string, string>;
  scatter_titles: Titles | null;
  checkerboard: Checkerboard | null;
  symbols: Symbols;
  cells: ("input" | "copy" | "hole" | "zero" | "beyond")[];
  kernel: [number, number];
  turned: boolean;
  holes: number[];
  sample: number;
  samples: number;
  filter: number;
  filters: number[];
  channels: number[];
  reads: number[][];
  hidden: number[];
  groups: number;
  group_of_channel: number[];
  group_of_filter: number[];
  names: string[];
  mode: string;
  stride: number[];
  origin: number[];
  inside: number[][];
  unread: number[][];
  cut: string;
  cut_of_one: string;
  ranges: Ranges;
}

/** A control that can be pulled on the stage: its name for readers, its value, its ends, the size of a step.

    Where not every value between the ends is one, `choices` are those that are, in order.
     */
export interface Handle {
  label: string;
  value: number;
  least: number;
  most: number;
  step: number;
  choices?: number[];
}

/** What handles are pulled to, by the names of controls; what the picture shows of it, and why not all. */
export interface Pull {
  wanted: Record<string, number>;
  shown: Record<string, number>;
  why: string;
}

/** The layer on its input; or in words why there is no picture of it.

    Where the host has controls, `handles` are those that can be pulled on the stage, by name.
     */
export interface StageHeader {
  kind: "stage";
  code: string;
  input_shape?: number[];
  output_shape?: number[];
  facts?: Fact[];
  formulas?: Formula[];
  example?: Example;
  stage?: Stage;
  problem?: Problem;
  shown?: string;
  too_large?: string;
  advice?: string;
  handles?: Record<string, Handle>;
  pull?: Pull;
}

/** One of some small pictures in a row, and the sign behind it. */
export interface Panel {
  array: string;
  title: string;
  scale: number[];
  sign: string;
}

/** One layer of the network for digits: its array has the name of the layer, `most` is the end of its colours. */
export interface DigitsRow {
  name: string;
  code: string;
  says: string;
  most: number;
}

/** A drawn digit on its way through the network: cells hold 0 to 16, row by row. */
export interface DigitsHeader {
  kind: "digits";
  cells: number[];
  examples: number[][];
  learned: boolean;
  rows: DigitsRow[];
  last: string;
  says: string;
  filters_most: number;
}

/** What a slice of a filter responds to. */
export interface PanelsHeader {
  kind: "panels";
  panels: Panel[];
  words: string;
}

/** The part of a weight around the chosen slice, [filter, slice]. */
export interface WeightsHeader {
  kind: "weights";
  weight_shape: number[];
  weight_axes: string[];
  dims: number;
  bias_shape: number[] | null;
  parameters: number;
  source: string;
  chosen: number[];
  filters: number[];
  slices: number[];
  reads: string[];
  groups: number;
  group_of_filter: number[];
  first_channel: number[];
  columns: string[];
  most: number;
}

/** One feature map on the contact sheet: where it and its filter lie, [x, y, width, height], and its values. */
export interface Map {
  index: number;
  name: string;
  map: [number, number, number, number];
  filter: [number, number, number, number] | null;
  values: [number, number];
}

/** The map that is shown in full, and what its pixels are made of. */
export interface Detail {
  index: number;
  name: string;
  span: [number, number];
  values: [number, number];
  edges: [number, number];
  size: number[];
  channels: number[];
  names: string[];
  planes: number[];
  low: number;
  high: number;
  place: number[];
  padding: number[];
  holes: number[];
  kernel: number[];
  reduce: Reduced;
  most: number;
  relu: boolean;
}

/** A picture through the layer; or in words why not. */
export interface GalleryHeader {
  kind: "gallery";
  code?: string;
  dims?: number;
  picture?: number[];
  sheet?: number[];
  page?: number[];
  maps?: Map[];
  dark?: boolean;
  named?: boolean;
  before?: string;
  detail?: Detail;
  about?: string[];
  fit?: string;
  problem?: Problem;
  shown?: string;
}

/** Some planes of one array under each other, cell by cell. `role` says how a value gets its colour.

    `cells` and `hatched` name arrays of the same size: what each cell is (see `Stage.cells`), and which are hatched.
    With `frames` the array has a first axis more, of which one step is seen at a time.
     */
export interface Planes {
  array: string;
  title: string;
  labels: string[];
  role: "input" | "signed";
  range: [number, number];
  cells: string;
  hatched: string;
  frames: boolean;
  edges: string[];
}

/** How the cells of one array come from others: a sum of products, or one cell copied or taken from another.

    The terms of cell i are ``starts[i]`` to ``starts[i + 1]``: cells of `left` (none where it is empty) times cells
    of `right`, divided by `divisor`, and one cell of `more` where that is named. The tables are arrays of this name and
    ``.starts``, ``.left``, ``.right``, ``.more``.
     */
export interface Sum {
  of: string;
  how: "sum" | "copy" | "difference";
  left: string;
  right: string;
  more: string;
  divisor: number;
}

/** What stands beside each other in a row of a lens. */
export interface Item {
  show: "planes" | "sign" | "curve" | "wires";
  name: string;
}

/** One row of a table: what it is about, a cell for each column, and whether these differ. */
export interface Line {
  name: string;
  cells: string[];
  differs: boolean;
}

/** The steps that are played: what one is called, what stands beside each, and the curve of a number over them. */
export interface Frames {
  name: string;
  labels: string[];
  curve: string;
  curve_name: string;
}

/** A closer look at a layer: numbers on planes, and how they come from each other; or in words why not.

    With `since` it has `kept` steps of the payload of that id, and those in its own arrays after them.
     */
export interface LensHeader {
  kind: "lens";
  lens: string;
  title: string;
  question: string;
  code?: string;
  says?: string[];
  rows?: Item[][];
  planes?: Planes[];
  sums?: Sum[];
  together?: string[][];
  wired?: string;
  walk?: string;
  first?: number;
  frames?: Frames;
  since?: string;
  kept?: number;
  columns?: string[];
  table?: Line[];
  snippet?: string;
  problem?: Problem;
  why_not?: string;
  too_large?: string;
  advice?: string;
}

/** One layer of a network; ``_why`` are formulas. */
export interface LayerRow {
  name: string;
  code: string;
  reads: string[];
  output: string;
  spatial: boolean;
  field: string;
  jump: string;
  start: string;
  parameters: string;
  parameters_why: string;
  macs: string;
  macs_why: string;
}

/** Where a network breaks: the layer, the rule, the way out, and whether a click can go it. */
export interface BrokenLayer {
  name: string;
  code: string;
  rule: string;
  fix: string;
  mends: boolean;
}

/** The unit that is looked at, in a row of the table; its region as first and one past the last.

    `beyond` are the first and last row and column that it would see if the picture went on.
     */
export interface ChosenUnit {
  row: number;
  unit: number[];
  rows: number[];
  columns: number[];
  beyond: number[][];
  words: string;
  unread: string;
  effective: string;
}

/** A network: its layers, repeated blocks (first row, length, times), sums, and the unit that is looked at. */
export interface NetworkHeader {
  kind: "network";
  columns: string[];
  input: number[];
  rows: LayerRow[];
  folds: number[][];
  totals: string[][];
  misses: string[];
  broken: BrokenLayer | null;
  chosen: ChosenUnit | null;
}

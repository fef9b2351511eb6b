"""How much is done for one person at once: every bound of the app, for whoever runs a server.

A number here is a promise to the other visitors. What is larger is refused with one sentence that names the number,
before work is spent on it.
"""

MIB = 1024**2

# -- Pictures and files ----------------------------------------------------------------

PICTURE_BYTES = 50_000_000  # bytes of one picture's file: a camera's largest JPEG, or 24 megapixels as 16-bit TIFF
PICTURE_PIXELS = 24_000_000  # pixels of one picture: what cameras make; counted before anything is decoded
PICTURE_NUMBERS = 4 * PICTURE_PIXELS  # numbers of one picture in all channels: 384 MB as float32
JPEG_SCANS = 100  # scans of a progressive JPEG: encoders write about ten, and each goes over the whole picture
JPEG_SCANNED = 500_000_000  # pixels times scans: 24 megapixels in 20 scans take about 3 s
FILE_PARTS = 50_000  # segments, chunks or blocks of one picture's file that are looked at: each costs microseconds
FRAMES_COUNTED = 1_000  # frames of an animation; of more, only that there are more is said
TIFF_STRIPS = 100_000  # strips or tiles of a TIFF: each is a row in a table of the decoder
DECODE_HERE_BYTES = 1_000_000  # bytes of a file that is decoded at once; a larger one gets a process of its own ...
DECODE_HERE_PIXELS = 4_000_000  # ... and so does one with more pixels, counted once a scan: beyond about 0.1 s
DECODE_SECONDS = 20  # seconds of a core that such a process may take; the slowest honest picture takes 3
DECODE_PATIENCE = 60  # seconds after which it ends in any case: it lets everybody else go first
DECODE_MEMORY = 1_000_000_000  # bytes of address space that it may take, where the system can limit it
DECODERS = 2  # such processes at once; further pictures wait
DECODE_WAIT = 60  # seconds that a picture waits for one of them
RAW_NUMBER = 1e30  # size of a number that is taken as it is: sums of products of larger ones overflow float32
WEIGHTS_BYTES = 150_000_000  # bytes of one weights file: 37 million float32, more than any layer shown here has
MODEL_BYTES = 150_000_000  # bytes of a model's file, which a session keeps as long as it shows it: a ResNet-50 has 102
MODEL_LAYERS = 1_000  # convolutions that are listed: ResNet-152 has 155
MODEL_SECONDS = 20  # seconds that reading a .pt or .onnx may take; one of 100 MB takes 3 on a free core
MODEL_MEMORY = 2_000_000_000  # bytes of address space for that: torch alone takes 0.6 GB of it
MODEL_WAIT = 30  # seconds that a file waits for the one before it: one is read at a time
PICKLE_BYTES = 4_000_000  # bytes of the list of tensors in a .pt: about 20,000 of them
ZIP_ENTRIES = 20_000  # files in the archive of a .pt: one for each tensor
TENSORS = 20_000  # tensors of one file that are looked at
GRAPH_NODES = 20_000  # nodes of an ONNX graph that are looked at
WEIGHTS_HEADER = 1_000_000  # bytes of its header: about 10,000 tensors, some 20 ms; a layer has two
UPLOADS_BYTES = 700_000_000  # bytes of files of all visitors together: seven large models, or the photos of a class
PREVIEW_SIDE = 800  # pixels of a preview's longer side: about what a window has room for
PREVIEW_BYTES = 8_000_000  # bytes of the picture itself, which cross to the browser
PREVIEW_INPUT = 24_000_000  # numbers that a layer reads of a preview
PREVIEW_MAPS = 4_800_000  # numbers that it returns: 64 maps of 316 x 237; more could not be told apart in a gallery
FULL_INPUT = 100_000_000  # numbers that a layer reads in full resolution: 24 megapixels with 4 channels
FULL_BYTES = 256 * MIB  # bytes of the maps in full resolution; beyond that one map is run instead of all
FULL_UNWATCHED = 10  # seconds after which a run ends once the browser has gone

# -- Layers ------------------------------------------------------------------------------
# Seconds and bytes are those of `conv_viz.layers.cost`, which rather says too much than too little.

LAYER_SECONDS = 1.5
"""What one picture may take of one core: the others on the server wait no longer than that."""
LAYER_BYTES = 512 * MIB
"""What one picture may take while it is made. One large picture is made at a time."""
PAYLOAD_BYTES = 16 * MIB
"""What one picture may bring to the browser."""
WEIGHT_BYTES = 128 * MIB
"""The weights of one layer: they are drawn whole, as torch's generator knows no other way, and are kept for the
next move."""
WHOLE_SECONDS, WHOLE_BYTES = 0.25, 64 * MIB
"""Up to here the whole layer runs, every sample and every filter; beyond it one sample, and the filters in view."""
VIEW_SECONDS = 0.4
"""What the filters in view may take together; where they take more, fewer are in view."""

FLAT_SECONDS = 0.05
"""What a flat input through a transposed convolution and its alternative may take; beyond it they are not shown."""

GALLERY_SECONDS = 1.0
"""What the maps of a picture may take; where they take more, a smaller picture is filtered."""
GALLERY_BYTES = 256 * MIB
GALLERY_WEIGHT_BYTES = 32 * MIB
"""The weights that a picture is filtered with. A session keeps them as long as it shows the picture."""

HEAVY_SECONDS, HEAVY_BYTES = 0.1, 32 * MIB
"""A picture beyond one of these waits for its turn: one such is made at a time, whoever asked."""
STRIP_SECONDS = 0.25
"""One strip of a run in full resolution: after so long a cancel takes effect."""
FULL_SECONDS = 600.0
"""A whole run in full resolution."""

CACHE_BYTES = 192 * MIB
"""All arrays that the process keeps to answer sooner, of all visitors together."""

OTHERS_SECONDS = 5.0
"""The further pictures of an HTML file, all together."""

LINK_LETTERS, LINK_VALUES = 40, 6
"""Letters of a text from the address that are shown, and values that one sentence names."""

# -- Networks ----------------------------------------------------------------------------

NETWORK_LAYERS = 2_000  # operations of one network: DenseNet-264 has about 800
NETWORK_TEXT = 200_000  # characters of a pasted network: print(model) of ResNet-152 has 40,000
NETWORK_SHOWN = 400  # rows of a network that the page shows
NETWORK_MACS = 5_000_000_000  # multiply-accumulates of one run for its maps: ResNet-50 has 4; about half a second
NETWORK_NUMBERS = 40_000_000  # numbers of all its maps together: 160 MB
NETWORK_SIDE = 1_024  # pixels of a side of its input on the page: what is drawn over the input has as many
NETWORK_LINK = 6_000  # letters of a packed network in an address: servers take some 8,000 of a whole one
NETWORK_FIELD = 300_000_000  # numbers that are added up for what a unit sees: about half a second

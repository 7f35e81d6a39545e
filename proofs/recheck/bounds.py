"""The bounds on the work, and on sizes, of FORMAT 3.1 and 4.10 to 4.17.

A certificate beyond one of them is malformed.  They end what would take too long; no proof needs
them.
"""

# section 3.1
MAX_ROWS = 100
MOST_DENSE = 2 * 10**15
MOST_COVER = 6 * 10**7
MOST_CLASSES = 10**10
MOST_LAST_LAYER = 256
MOST_EVALUATED = 15 * 10**4
MOST_CONSTANT = 10**7
MOST_SPLITTING = 4 * 10**6
MOST_BLOCKS = 25 * 10**5
MOST_SLOPES = 32 * 10**8
MOST_CURVE = 4 * 10**6
MOST_PLANE = 22 * 10**7
MOST_SIZES_WORK = 12 * 10**8
MOST_HESSIAN = 3 * 10**9
MOST_DIRECTION = 10**7
MOST_FIT = 4 * 10**8
MOST_PAIRS = 3 * 10**7
MOST_UNITS = 2 * 10**6
MOST_UNKNOWNS = 10**9

# section 4.10: networks, data and parameters
MAX_UNITS = 4096
MAX_CONNECTIONS = 10**6
MAX_NUMBERS = 10**6
MAX_DATA = 100_000
MOST_HELD = 10**7
MOST_PRODUCTS = 2 * 10**9
MOST_DENOMINATORS = 10**6

# section 4.10: "room"
MOST_SIZE = 2**30
MOST_EFFORT = 2**46
WORD = 64

# section 4.10: condition 3
MOST_FIELDS = 2**31
MOST_STEPS = 2**32
PER_UNIT = 2**10

# sections 4.12 and 4.14
MOST_ORDER = 64
MOST_RATIOS = 2 * 10**6

"""exp, log, sqrt, sin, cos, tanh, atan and erf with two derivatives (FORMAT 4.15)."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from math import isqrt

from .arithmetic import ZERO, Arithmetic, Interval, add, ceil_div, scale, sub
from .wide import RANGE, Undefined, Wide, precise, shifted

LARGE_ANGLE = 1 << 12  # exponent of 2 of the arguments of sin and cos

# The functions of section 4.15.  For a point x (lo = hi) the value is computed in fixed point with
# P = bits + GUARD or more places; GUARD covers the rounding, and no proof needs that it does, as
# all steps round outwards.  Where x is small and the value about x, P is larger by the number of
# leading zeros of x, or else the value is enclosed by `nearly`.
GUARD = 40


def nearly(x: Wide) -> Wide:
    """[x (1 - 2^-bits), x] for x >= 0, and mirrored for x < 0.  If |x| < 2^-bits it holds sin x,
    tanh x, arctan x and (sqrt(pi)/2) erf x: for x > 0 these are between x - x^3/3 and x.  (Each of
    them is odd, and its derivative is between 1 - x^2 and 1: 1 - x^2/2 <= cos x <= 1; 1 - tanh^2 x
    with 0 <= tanh x <= x; 1/(1 + x^2); exp(-x^2).)
    """
    return x * Wide(x.bits, (1 << x.bits) - 1, 1 << x.bits, -x.bits)


def decay(ar: Arithmetic, x: Interval) -> Interval:
    """exp x for the numbers x <= 0 of a short interval.  It is computed at the lower end, as the
    derivative is at most 1.

    Below -P it is less than 2^-P.  Else exp x = 2^-k exp(x + k log 2), k the largest integer for
    which this argument is not positive for sure; it is -y up to the error of log 2, k times, and 0
    <= y <= 1.  And exp(-y) = exp(-a)^(2^s), a = y 2^-s.  In units of 2^-Q, Q = P + 2s, a is an
    integer; a term of the series is the one before times a, rounded down, through j, rounded down.
    Its error e_j is less than 2: e_0 = e_1 = 0, and e_j <= e_(j-1) a/j + 1/j + 1 with a < 1/8.
    Terms alternate and decrease.  Where one is rounded to 0, after j of them, what is left out is
    below 2, so that the sum has an error of at most 2j + 2.  The square of a number in [0, 1],
    known with an error d and rounded down, has an error of at most 2d + d^2 2^-Q + 1 <= 2d + 2 if
    d^2 <= 2^Q.
    """
    if x[0] <= -(ar.bits << ar.bits):
        return 0, 1 + x[1] - x[0]
    k = -x[0] // ar.ln2[1]
    more, y = k * (ar.ln2[1] - ar.ln2[0]), -x[0] - k * ar.ln2[0]
    s = 4 + isqrt(ar.bits) // 2
    q = ar.bits + 2 * s
    a, term, total, j = y << s, 1 << q, 0, 0
    while term:
        total += -term if j & 1 else term
        j += 1
        term = (term * a >> q) // j
    error = 2 * j + 2
    for _ in range(s):
        total = total * total >> q
        error = 2 * error + 2
    if y > 1 << ar.bits or error * error > 1 << q:  # does not happen with these numbers
        return 0, ar.one[1]
    high = total + error + (more << 2 * s)
    return max(0, total - error >> 2 * s + k), -(-high >> 2 * s + k) + x[1] - x[0]


def below_one(bits: int) -> Wide:
    """It holds [1 - 2^-bits, 1]."""
    return Wide(bits, (1 << bits) - 1, 1 << bits, -bits)


def odd(function: Callable[[Wide], Wide]) -> Callable[[Wide], Wide]:
    """An increasing odd function with derivatives below 2, which is given at points x > 0,
    everywhere.

    On a narrow interval the function is enclosed by its value at the middle, plus and minus twice
    the radius.  Far from 0 the function hardly grows and this enclosure would be too wide; there it
    is used only where the radius is below the last place.
    """

    def at_point(x: Wide) -> Wide:
        if x.lo == 0:
            return x
        return function(x) if x.lo > 0 else -function(-x)

    def everywhere(x: Wide) -> Wide:
        parts = x.narrow()
        if parts is None or (x.top > 2 and parts[1].top > -x.bits):
            return x.monotone(at_point)
        return at_point(parts[0]).spread(parts[1].times(2)).cut(x.bits)

    return everywhere


def exp_point(x: Wide) -> Wide:
    """exp x = 2^k exp(x - k log 2) for any integer k, chosen so that the argument is not positive
    (decay) and above -2 or so.  If |x| >= 2^23 then exp |x| > 2^RANGE.
    """
    if x.top > 24:
        if x.hi > 0:
            raise Undefined("a value of exp is too large for this checker")
        return Wide(x.bits, 0, 1, -RANGE)
    ar = precise(x.bits + GUARD + 24)
    low, high = x.fixed(ar)
    k = high // ar.ln2[0] + 1
    while True:
        ends = [k * end for end in ar.ln2]
        rest = low - max(ends), high - min(ends)
        if rest[1] <= 0:
            return Wide(x.bits, *decay(ar, rest), k - ar.bits)
        k += 1


def exp(x: Wide) -> Wide:
    """On an interval; if its radius is r <= 1/2: e^r and e^(-r) are between 1 - 2r and 1 + 2r."""
    parts = x.narrow()
    if parts is None or parts[1].top >= 0:
        return x.monotone(exp_point)
    return (exp_point(parts[0]) * Wide.of(1, x.bits + 2).spread(parts[1].times(2))).cut(x.bits)


def log_point(x: Wide) -> Wide:
    """log of m 2^e with n bits in m: log(m 2^-j) + (e + j) log 2, j = n or n - 1 such that 2/3 <= m
    2^-j < 4/3.

    P is larger by the number of leading zeros of m 2^-j - 1.
    """
    m, e = x.lo, x.e
    j = m.bit_length()
    j -= 3 * m < 2 << j
    lost = j - abs(m - (1 << j)).bit_length() if j + e == 0 else 0
    ar = precise(x.bits + GUARD + max(lost, 0) + (j + e).bit_length())
    low, high = ar.log((m << ar.bits - j,) * 2)  # m has at most `bits` bits
    ends = [(j + e) * end for end in ar.ln2]
    return Wide(x.bits, low + min(ends), high + max(ends), -ar.bits)


def log(x: Wide) -> Wide:
    if x.lo <= 0:
        raise Undefined("an argument of log is not shown to be above 0")
    parts = x.narrow()
    if parts is None:
        return x.monotone(log_point)
    # the derivative is at most 1/(lower end)
    return log_point(parts[0]).spread(parts[1] / x.ends()[0]).cut(x.bits)


def root_point(x: Wide) -> Wide:
    by = 2 * x.bits + (x.e & 1)
    low = isqrt(x.lo << by)
    return Wide(x.bits, low, low + (low * low < x.lo << by), x.e - by >> 1)


def root(x: Wide) -> Wide:
    """The square root of positive numbers; each end of the isqrt is positive."""
    if x.lo <= 0:
        raise Undefined("an argument of sqrt is not shown to be above 0")
    return x.monotone(root_point)


def tanh_point(x: Wide) -> Wide:
    """tanh x = (1 - E)/(1 + E), E = exp(-2x), for x > 0.  It is at least 1 - 2E, and if x >= 2^23 E
    < 2^-bits/2.
    """
    if x.top <= -x.bits:
        return nearly(x)
    if x.top > 24:
        return below_one(x.bits)
    ar = precise(x.bits + GUARD + max(0, -x.top))
    low, high = x.fixed(ar)
    low, high = decay(ar, (-2 * high, -2 * low))
    one = ar.one[0]
    high = min(high, one)
    return Wide(
        x.bits, ar.ratio(one - high, one + high)[0], ar.ratio(one - low, one + low)[1], -ar.bits
    )


def arctan_point(x: Wide) -> Wide:
    """arctan x for x > 0, as pi/2 - arctan 1/x if x >= 1."""
    if x.top <= -x.bits:
        return nearly(x)
    ar = precise(x.bits + GUARD + max(0, -x.top))
    if x.top <= 0:  # x < 1
        low, high = ar.arctan(x.fixed(ar))
    else:
        by = ar.bits - x.e  # 1/x = 2^(P - e)/m units
        inverse = (0, 1) if by < 0 else ((1 << by) // x.lo, ceil_div(1 << by, x.lo))
        low, high = sub(ar.half_pi, ar.arctan(inverse))
    return Wide(x.bits, low, high, -ar.bits)


def two_over_root_pi(bits: int) -> Wide:
    ar = precise(bits + GUARD)
    return Wide.of(2, bits) / root(Wide(bits + GUARD, *ar.pi, -ar.bits)).cut(bits)


def erf_point(x: Wide) -> Wide:
    """erf x for x > 0: 2/sqrt(pi) exp(-x^2) S, S = sum of t_n, t_0 = x,
    t_(n+1) = t_n 2x^2/(2n + 3).

    (S satisfies S' = 1 + 2xS, S(0) = 0, as does exp(x^2) times the integral of exp(-s^2).)  All
    terms are positive. From an n on with 2n + 3 >= 4x^2 each is at most half of the one before, so
    that t_n + t_(n+1) + ... <= 2 t_n. If x^2 >= bits: 1 - erf x = 2/sqrt(pi) times the integral of
    exp(-(x + s)^2) over s > 0 <= exp(-x^2) < 2^-bits.
    """
    bits = x.bits
    if x.top <= -bits:
        return nearly(x) * two_over_root_pi(bits)
    if x.compare(Fraction(isqrt(bits) + 1)) > 0:
        return below_one(bits)
    x = x.cut(bits + GUARD)
    ar = precise(bits + GUARD + max(0, -x.top))
    term = x.fixed(ar)
    square = scale(ar.mul(term, term), Fraction(2))
    total, n = ZERO, 0
    while term[1] > 1 or (2 * n + 3) << ar.bits < 2 * square[1]:
        total = add(total, term)
        term = (
            (term[0] * square[0] >> ar.bits) // (2 * n + 3),
            ceil_div(-(-term[1] * square[1] >> ar.bits), 2 * n + 3),
        )
        n += 1
    series = Wide(bits + GUARD, total[0], total[1] + 2 * term[1], -ar.bits)
    return (series * exp(-x.power(2)) * two_over_root_pi(bits + GUARD)).cut(bits)


def sine_series(ar: Arithmetic, r: Interval) -> tuple[Interval, Interval]:
    """sin r and cos r for |r| <= 1: sum of (-1)^j r^(2j+1)/(2j+1)! and of (-1)^j r^(2j)/(2j)!.

    Each term is at most half of the one before in size, so that if one is within a unit of 0 it
    makes up, with all that follow, at most 2 units.
    """
    square = ar.mul(r, r)
    square = max(0, square[0]), square[1]
    sums = []
    for first, n in ((r, 1), (ar.one, 0)):
        term, total = first, ZERO
        while max(-term[0], term[1]) > 1:
            total = add(total, term)
            low, high = ar.mul(term, square)
            n += 2  # noqa: PLW2901 - it counts on from its first value
            term = -high // (n * (n - 1)), ceil_div(-low, n * (n - 1))
        sums.append((total[0] - 2, total[1] + 2))
    return sums[0], sums[1]


def sine_point(x: Wide) -> tuple[Wide, Wide]:
    """sin x and cos x, by x = q pi/2 + r.  P is larger by the number of digits of q.  Above
    2^LARGE_ANGLE: [-1, 1].
    """
    bits = x.bits
    anything = Wide(bits, -1, 1, 0)
    if x.top <= -bits:
        return nearly(x), below_one(bits)  # cos x >= 1 - x^2/2
    if x.top > LARGE_ANGLE:
        return anything, anything
    ar = precise(bits + GUARD + abs(x.top))
    low, high = x.fixed(ar)
    q = (2 * low + ar.half_pi[0]) // (2 * ar.half_pi[0])
    ends = [q * end for end in ar.half_pi]
    r = low - max(ends), high - min(ends)
    if max(-r[0], r[1]) > ar.one[0]:
        return anything, anything
    if x.top > 0:  # the digits of q are gone
        places, ar = ar.bits, precise(bits + GUARD)
        r = shifted(*r, ar.bits - places)
    s, c = (Wide(bits, low, high, -ar.bits) for low, high in sine_series(ar, r))
    return ((s, c), (c, -s), (-s, -c), (-c, s))[q % 4]


def sine(x: Wide) -> tuple[Wide, Wide]:
    """sin and cos on an interval with middle c and radius r: |sin x - sin c| <= r max |cos|, |cos|
    <= |cos c| + r between x and c, and so with cos and sin exchanged.
    """
    s, c = sine_point(Wide(x.bits + 2, x.lo + x.hi, x.lo + x.hi, x.e - 1))
    if x.lo == x.hi:
        return s.cut(x.bits), c.cut(x.bits)
    r, one = Wide(x.bits + 2, x.hi - x.lo, x.hi - x.lo, x.e - 1), Wide.of(1, x.bits + 2)
    found = []
    for value, slope in ((s, c), (c, s)):
        reach = (slope.size() + r) * r
        near = value + Wide(x.bits + 2, -reach.hi, reach.hi, reach.e)
        found.append(near.within(one).cut(x.bits))
    return found[0], found[1]


tanh, arctan, erf = odd(tanh_point), odd(arctan_point), odd(erf_point)

Jet = tuple[Wide, ...]  # value, first and second derivative, or the value alone

# No |F|, |F'|, |F''| is larger at any real number.  tanh' = 1 - s^2 and tanh'' = -2s(1 - s^2), s =
# tanh x, |s| < 1, and |s|(1 - |s|) <= 1/4.  pi < 22/7, arctan' = 1/(1 + x^2), arctan'' = -2x/(1 +
# x^2)^2, and 2|x| <= 1 + x^2.  erf' = (2/sqrt(pi)) exp(-x^2), erf'' = -2x erf', 2|x| <= 1 + x^2 <=
# exp(x^2), and 2/sqrt(pi) < 8/7 as pi > 49/16.
LARGEST = {
    "sin": (1, 1, 1),
    "cos": (1, 1, 1),
    "tanh": (1, 1, 1),
    "atan": (Fraction(11, 7), 1, 1),
    "erf": (1, Fraction(8, 7), Fraction(8, 7)),
}


@lru_cache(maxsize=64)
def largest(name: str, bits: int) -> Jet:
    return tuple(Wide.of(bound, bits) for bound in LARGEST.get(name, ()))


def derivatives(name: str, x: Wide, order: int) -> Jet:
    """F(x), and F'(x), F''(x) if the order is 2, for the functions F of section 4.15 and the
    reciprocal.

    F, F' and F'' have bounds that hold at all real numbers.  They are used where an interval is so
    wide that its enclosure is worse.
    """
    jet, bounds = closed_forms(name, x, order), largest(name, x.bits)
    return tuple(value.within(bound) for value, bound in zip(jet, bounds)) if bounds else jet


def closed_forms(name: str, x: Wide, order: int) -> Jet:
    one = Wide.of(1, x.bits)
    if name in ("sin", "cos"):
        s, c = sine(x)
        return ((s, c, -s) if name == "sin" else (c, -s, -c))[: order + 1]
    value = {
        "exp": exp,
        "log": log,
        "sqrt": root,
        "tanh": tanh,
        "atan": arctan,
        "erf": erf,
        "reciprocal": lambda y: one / y,
    }[name](x)
    if order == 0:
        return (value,)
    if name == "exp":
        return value, value, value
    if name == "log":
        return value, one / x, -(one / x.power(2))
    if name == "reciprocal":
        return value, -(one / x.power(2)), (one / x.power(3)).times(2)
    if name == "sqrt":
        slope = one / value.times(2)
        return value, slope, -(slope / x.times(2))
    if (
        name == "tanh"
    ):  # tanh' = 4E/(1 + E)^2, E = exp(-2|x|), increases with E <= 1, and tanh'' = -2 tanh tanh'
        power = exp(-x.size().times(2)).within(one)
        slope = power.monotone(lambda y: y.times(4) / (one + y).power(2))
        return value, slope, -(value * slope).times(2)
    if name == "atan":
        slope = x.size().monotone(lambda y: one / (one + y.power(2)))
        return value, slope, -(x * slope.power(2)).times(2)
    slope = exp(-x.power(2)) * two_over_root_pi(x.bits)  # erf
    return value, slope, -(x * slope).times(2)


def product(f: Jet, g: Jet) -> Jet:
    if len(f) == 1:
        return (f[0] * g[0],)
    return (
        f[0] * g[0],
        f[0] * g[1] + f[1] * g[0],
        f[0] * g[2] + (f[1] * g[1]).times(2) + f[2] * g[0],
    )


def chain(outer: Jet, f: Jet) -> Jet:
    if len(f) == 1:
        return outer
    return outer[0], outer[1] * f[1], outer[2] * f[1].power(2) + outer[1] * f[2]

"""The function kappa of an angle, with two derivatives, and monotone functions on balls (lemma 34).

f(w, v) = |w| |v| kappa(theta) is what two neurons at the angle theta have in common (lemma 1):

    kappa(theta) = (sin theta + (pi - theta) cos theta) / 2 pi     for 0 <= theta <= pi.

It is continued to an even function of period 2 pi, which is twice continuously differentiable; its
second derivative has a Lipschitz constant below 0.6. It decreases on [0, pi], and is 0 at pi.
"""

from __future__ import annotations

from flint import arb, fmpq

from certify.kernel.foundation.balls import less

__all__ = [
    "between",
    "cosine",
    "from_cosine",
    "hull",
    "kappa",
    "kappa_second",
    "kappa_slope",
    "root",
    "span",
]

_LIPSCHITZ = fmpq(3, 5)  # above sqrt(4 + pi^2) / 2 pi = 0.593


def hull(one: arb, other: arb) -> arb:
    """A ball that holds both."""
    return one.union(other)


def span(low: fmpq, width: fmpq) -> arb:
    """A ball that holds the interval [low, low + width]."""
    return arb(low).union(arb(low + width))


def between(x: arb, low: arb, high: arb) -> arb | None:
    """A ball that holds the numbers of x in [low, high], which are thin balls; None if there are
    none for sure.
    """
    if less(x, low) or less(high, x):
        return None
    bottom, top = x.lower(), x.upper()
    first = bottom if less(low, bottom) else low
    last = top if less(top, high) else high
    return first.union(last)


def root(x: arb) -> arb | None:
    """The square roots of the numbers of x that are not negative; None if there are none."""
    if less(x, arb(0)):
        return None
    bottom = x.lower()
    low = bottom.sqrt() if less(arb(0), bottom) else arb(0)
    return low.union(x.upper().sqrt())


def cosine(x: arb) -> arb:
    """cos on the numbers of x in [0, pi], where it decreases."""
    bottom, top = x.lower(), x.upper()
    low = top.cos() if less(top, arb.pi()) else arb(-1)
    high = bottom.cos() if less(arb(0), bottom) else arb(1)
    return low.union(high)


def from_cosine(x: arb) -> arb | None:
    """The angles in [0, pi] whose cosines are in x; None if there are none."""
    if less(arb(1), x) or less(x, arb(-1)):
        return None
    bottom, top = x.lower(), x.upper()
    high = bottom.acos() if less(arb(-1), bottom) else arb.pi()
    low = top.acos() if less(top, arb(1)) else arb(0)
    return low.union(high)


def kappa(t: arb) -> arb:
    """For |t| <= 2 pi, by the ends of the distance from the multiples of 2 pi."""
    near, far = _folded(t)
    least = _at(far) if less(far, arb.pi()) else arb(0)
    most = _at(near) if less(arb(0), near) else arb(1) / 2
    return least.union(most)


def kappa_slope(t: arb) -> arb:
    """kappa', for |t| <= 2 pi: about the middle, by the mean value theorem."""
    middle, pi = t.mid(), arb.pi()
    # the same angle, of size about pi at most
    turned = middle
    if less(pi, middle):
        turned = middle - 2 * pi
    elif less(middle, -pi):
        turned = middle + 2 * pi
    # -(pi - |t|) sin t / 2 pi holds beyond pi, too, up to 2 pi, with |t| - pi for pi - |t|: at the
    # border both forms are 0, and a middle that is not told from pi is within rounding of it
    value = -(pi - abs(turned)) * turned.sin() / (2 * pi)
    return value + kappa_second(t) * (t - middle)


def kappa_second(t: arb) -> arb:
    """kappa'', for |t| <= 2 pi: (sin a - (pi - a) cos a) / 2 pi at the distance a of the middle,
    give or take the radius times the Lipschitz constant.
    """
    middle, pi = t.mid(), arb.pi()
    distance = pi - abs(pi - abs(middle))
    value = (distance.sin() - (pi - distance) * distance.cos()) / (2 * pi)
    return value + arb(0, 1) * t.rad() * _LIPSCHITZ


def _at(distance: arb) -> arb:
    pi = arb.pi()
    return (distance.sin() + (pi - distance) * distance.cos()) / (2 * pi)


def _folded(t: arb) -> tuple[arb, arb]:
    """Bounds below and above of the distance pi - |pi - |t|| of t from the multiples of 2 pi."""
    pi = arb.pi()
    size = t.abs_lower().union(t.abs_upper())
    rest = pi - size
    return (pi - rest.abs_upper()).lower(), (pi - rest.abs_lower()).upper()

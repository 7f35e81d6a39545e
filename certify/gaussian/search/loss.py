"""The Gaussian two-layer loss in float64, vectorised over neurons and starts: the untrusted twin of
`certify.kernel.gaussian.closed_form`.

Formulas as in lemmas 1 and 2, 24 for other activations than ReLU, and 25 for signs.  Students are
arrays of shape (..., n, d); leading axes are independent starts.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from certify.floats import Array
from certify.kernel.gaussian.activation import RELU, Activation
from certify.kernel.gaussian.signs import UNSIGNED, Signs

__all__ = ["GaussianLoss", "orthonormal"]


_TINY = 1e-300


def orthonormal(k: int, d: int) -> Array:
    """The k x d matrix whose rows are the first k unit vectors."""
    return np.eye(k, d)


def _sine_angle(squares: Array, others: Array, inner: Array) -> tuple[Array, Array]:
    """S = sqrt(|u|^2|v|^2 - p^2) and A = pi - angle(u, v), shape (..., a, b), from |u|^2 (..., a),
    |v|^2 (..., b) and p.
    """
    product = squares[..., :, None] * others[..., None, :]
    sine = np.sqrt(np.maximum(product - inner * inner, 0.0))
    return sine, np.arctan2(sine, -inner)


@dataclass(frozen=True)
class GaussianLoss:
    """F(W) = 1/2 E (sum_i s_i sigma(w_i.x) - sum_j t_j sigma(v_j.x))^2 for teachers V of shape
    (k, d), and its first two derivatives; all s_i and t_j are 1 unless there are signs.

    By lemma 24 it is share F + tilt/2 |sum_i s_i w_i - sum_j t_j v_j|^2 with F the loss of ReLU.
    """

    teachers: Array
    activation: Activation = RELU
    signs: Signs = UNSIGNED

    @cached_property
    def share(self) -> float:
        """By which the loss of ReLU is multiplied."""
        return float(self.activation.share)

    @cached_property
    def tilt(self) -> float:
        """The factor of 1/2 |sum_i w_i - sum_j v_j|^2."""
        return float(self.activation.tilt)

    @cached_property
    def _squares(self) -> Array:
        return np.asarray(np.einsum("jd,jd->j", self.teachers, self.teachers))

    @cached_property
    def _constant(self) -> float:
        """1/2 sum_ij t_i t_j f(v_i, v_j), the loss of the zero student for ReLU."""
        inner = self.teachers @ self.teachers.T
        sine, angle = _sine_angle(self._squares, self._squares, inner)
        sine, angle = (np.outer(self._t, self._t) * table for table in (sine, angle))
        np.fill_diagonal(sine, 0.0)
        np.fill_diagonal(angle, np.pi)
        return float((sine + angle * inner).sum() / (4 * np.pi))

    @cached_property
    def _t(self) -> Array:
        """The output weights of the teachers."""
        return np.array(self.signs.teachers or [1] * len(self.teachers), dtype=float)

    def _s(self, w: Array) -> Array:
        """The output weights of the students."""
        return np.array(self.signs.students or [1] * w.shape[-2], dtype=float)

    def _tables(self, w: Array) -> tuple[Array, ...]:
        """|w|^2, student-student S and A (S = 0, A = 0 on the diagonal), student-teacher S and A,
        each times both output weights, and both inner products.
        """
        square = np.einsum("...id,...id->...i", w, w)
        own = w @ np.swapaxes(w, -1, -2)
        cross = w @ self.teachers.T
        sine, angle = _sine_angle(square, square, own)
        eye = np.arange(w.shape[-2])
        sine[..., eye, eye] = 0.0
        angle[..., eye, eye] = 0.0
        sine_t, angle_t = _sine_angle(square, self._squares, cross)
        if self.signs.mixed:
            both, each = np.outer(self._s(w), self._s(w)), np.outer(self._s(w), self._t)
            sine, angle, sine_t, angle_t = both * sine, both * angle, each * sine_t, each * angle_t
        return square, sine, angle, sine_t, angle_t, own, cross

    def value(self, w: Array) -> Array:
        """F, shape (...): a mean square, dimensionless."""
        return self.value_and_gradient(w)[0]

    def value_and_gradient(self, w: Array) -> tuple[Array, Array]:
        """F of shape (...) and its gradient of shape (..., n, d)."""
        square, sine, angle, sine_t, angle_t, own, cross = self._tables(w)
        pairs = (sine + angle * own).sum((-1, -2)) / 2 - (sine_t + angle_t * cross).sum((-1, -2))
        value = square.sum(-1) / 4 + pairs / (2 * np.pi) + self._constant
        kappa = (sine.sum(-1) - sine_t.sum(-1)) / (2 * np.pi * np.maximum(square, _TINY))
        gradient = (0.5 + kappa)[..., None] * w + (angle @ w - angle_t @ self.teachers) / (
            2 * np.pi
        )
        if self.activation.is_relu:
            return value, gradient
        s = self._s(w)
        gap = (s[:, None] * w).sum(-2) - self._t @ self.teachers
        value = self.share * value + self.tilt / 2 * (gap**2).sum(-1)
        return value, self.share * gradient + self.tilt * s[:, None] * gap[..., None, :]

    def hessian(self, w: Array) -> Array:
        """The nd x nd Hessian at one point w of shape (n, d), coordinates ordered row by row."""
        n, d = w.shape
        square, sine, angle, sine_t, _, own, cross = self._tables(w)
        kappa = (sine.sum(-1) - sine_t.sum(-1)) / (2 * np.pi * square)

        def inverse(s: Array, scale: Array) -> Array:
            size = np.abs(s)
            found = np.where(size > 1e-12 * scale, 1 / np.maximum(size, _TINY), 0.0)
            return np.where(s < 0, -found, found) / (2 * np.pi)

        # mixed blocks: (A I + (u v^T + v u^T - p/|v|^2 v v^T - p/|u|^2 u u^T) / S) / (2 pi)
        weight = inverse(sine, np.sqrt(square[:, None] * square))
        outer = np.einsum("ia,ib->iab", w, w) / square[:, None, None]
        cross_term = np.einsum("ij,ia,jb->iajb", weight, w, w)
        blocks = cross_term + np.swapaxes(cross_term, 1, 3)
        pull = weight * own
        blocks -= np.einsum("ij,jab->iajb", pull, outer) + np.einsum("ij,iab->iajb", pull, outer)
        diagonal = np.arange(d)
        blocks[:, diagonal, :, diagonal] += angle / (2 * np.pi)
        # diagonal blocks, with q = u - (p/|w|^2) w:
        # (1/2 + kappa) I - kappa w w^T/|w|^2 + sum +- q q^T / (2 pi S)
        others = np.concatenate([w, self.teachers])
        inner = np.concatenate([own, cross], axis=1) / square[:, None]
        norms = np.concatenate([square, self._squares])
        weights = inverse(np.concatenate([sine, sine_t], axis=1), np.sqrt(square[:, None] * norms))
        weights[:, n:] *= -1
        q = others[None, :, :] - inner[:, :, None] * w[:, None, :]
        own_block = np.swapaxes(weights[:, :, None] * q, 1, 2) @ q - kappa[:, None, None] * outer
        own_block[:, diagonal, diagonal] += (0.5 + kappa)[:, None]
        index = np.arange(n)
        blocks[index, :, index, :] = own_block
        blocks *= self.share
        blocks[:, diagonal, :, diagonal] += self.tilt * np.outer(self._s(w), self._s(w))
        result = blocks.reshape(n * d, n * d)
        return np.asarray((result + result.T) / 2)

    def padding_block(self, w: Array) -> Array:
        """The n x n Hessian in each coordinate beyond the d given ones (lemma 5)."""
        square, sine, angle, sine_t, *_ = self._tables(w)
        block = angle / (2 * np.pi)
        index = np.arange(len(w))
        block[index, index] = 0.5 + (sine.sum(-1) - sine_t.sum(-1)) / (2 * np.pi * square)
        return np.asarray(self.share * block + self.tilt * np.outer(self._s(w), self._s(w)))

    def hessian_lipschitz(self, w: Array, radius: float) -> float:
        """B of lemma 3 on the ball of that radius around w; infinite if a neuron may
        vanish.
        """
        norms = np.linalg.norm(w, axis=1)
        low = norms - radius
        if low.min() <= 0:
            return float("inf")
        others = (norms + radius).sum() - norms - radius + np.sqrt(self._squares).sum()
        e = 3 / (np.pi * low.min())
        c = max(3 * np.sqrt(3) / (4 * np.pi) * float((others / low**2).max()), e)
        return self.share * float(np.hypot(c, np.sqrt(len(w) - 1) * e))

"""Output weights of students and teachers, 1 or -1: the field `signs` of a problem (lemma 25).

With s_i and t_j the loss is 1/2 E (sum_i s_i sigma(w_i.x) - sum_j t_j sigma(v_j.x))^2.  Multiplied
out, the term of a pair of rows has the product of the two weights as a factor, - s_i t_j for a
student and a teacher; the term of one row has the factor 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from .reader import fields
from .verdict import need


class Weights(NamedTuple):
    """The weights, one for each row or for each block with rows and with columns."""

    students: list[int]
    teachers: list[int]

    @property
    def summary(self) -> str:
        """In words, nothing where all are 1."""
        if -1 not in self.students + self.teachers:
            return ""
        told = (" ".join(f"{x:+d}" for x in part) for part in self)
        return " output weights {} of students and {} of teachers".format(*told)


def read_weights(problem: dict[str, Any], heights: Sequence[int], widths: Sequence[int]) -> Weights:
    """The field `signs` of a problem (FORMAT 4); 1 where there is none.  heights, widths: the
    numbers of rows and columns that have one weight.
    """
    if "signs" not in problem:
        return Weights([1] * len(heights), [1] * len(widths))
    known = fields(problem["signs"], "signs", "students teachers")
    for name, counts in (("students", heights), ("teachers", widths)):
        value = known[name]
        need(
            type(value) is list and len(value) == len(counts),
            f"{name} of signs is not an array of {len(counts)} signs.",
        )
        need(
            all(type(x) is int and abs(x) == 1 for x in value),
            f"{name} of signs has an entry other than 1 and -1.",
        )
    found = Weights(known["students"], known["teachers"])
    need(abs(sum(found.students + found.teachers)) < len(heights) + len(widths), "All signs agree.")
    # sum of (1 + s)/2 is how many are 1, sum of (1 - s)/2 how many are -1
    for sign in (1, -1):
        students, teachers = (
            sum(m * (1 + sign * x) // 2 for m, x in zip(counts, part))
            for counts, part in zip((heights, widths), found)
        )
        need(students >= teachers, f"There are fewer students than teachers with the sign {sign}.")
    return found

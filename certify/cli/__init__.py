"""The command line. It reads options, calls what does the work, and prints.

Each group of commands is a file, which is imported when one of them runs. Commands import what is
heavy when they run.
"""

from __future__ import annotations

from collections.abc import Sequence

from certify.cli.command import Command, Group, Section
from certify.cli.declared import Option, Parameter
from certify.version import __version__

__all__ = ["APP", "run"]

_CONSEQUENCE = Section(
    "Consequences",
    {
        "split": Command(
            "consequences:split",
            "splitting a neuron of the minimum gives saddles",
            ("consequence split proofs/symmetric/k07/II.json",),
        ),
        "basin": Command(
            "consequences:basin",
            "a ball in which gradient descent converges to the minimum",
            (
                "consequence basin proofs/symmetric/k07/II.json",
                "consequence basin proofs/symmetric/k07/II.json --share 0.5",
            ),
        ),
    },
    "consequence basin proofs/symmetric/k07/II.json",
)
_DATA = (
    Section(
        "Piecewise-linear units",
        {
            "relu": Command(
                "piecewise:relu",
                "one hidden layer: the minimum that is linear least squares",
                ("data relu iris.csv --target petal_width --drop species --widths 4",),
            ),
            "deep": Command(
                "piecewise:deep",
                "layers of any number and width, other losses, groups",
                ("data deep iris.csv --target petal_width --drop species --widths 8,8",),
            ),
            "conv": Command(
                "piecewise:conv",
                "convolutions with average pooling",
                ("data conv digits.npz --shape 1,8,8 --channels 9",),
            ),
            "linear": Command(
                "piecewise:linear",
                "linear units: what a point of the network is",
                (
                    "data linear iris.csv --target petal_width --drop species",
                    "data linear iris.csv --target petal_width --drop species --origin",
                ),
            ),
            "entropy": Command(
                "piecewise:entropy",
                "classes and the cross-entropy",
                ("data entropy iris.csv --label species --widths 8",),
            ),
        },
        "data relu iris.csv --target petal_width --drop species --widths 4",
    ),
    Section(
        "Smooth units",
        {
            "constant": Command(
                "smooth:constant",
                "a spurious minimum with constant output",
                (
                    "data constant --activation gelu",
                    "data constant points.csv --activation tanh --widths 4,5,3",
                    "data constant points.csv --activation tanh --all-architectures",
                ),
            ),
            "split": Command(
                "smooth:split",
                "a spurious minimum at every larger width",
                (
                    "data split --activation tanh --generate 1",
                    "data split points.csv --activation tanh --widths 1",
                ),
            ),
        },
        "data constant --activation gelu",
    ),
)
_SECTIONS = (
    Section(
        "Find",
        {
            "search": Command(
                "find:search",
                "minima above the global one, from random starts",
                ("search -k 7 --trials 200", "search --teachers V.npy -o found"),
            ),
            "survey": Command(
                "find:survey",
                "where random starts end, matched to certified points",
                ("survey -k 6-20", "survey -k 6-9 --extra 0,1 --trials 500"),
            ),
            "census": Command(
                "find:census",
                "symmetric minima by their blocks, from structured starts",
                ("census --from 6 --to 12", "census --to 30 -o census"),
            ),
        },
        "search -k 7 --trials 200",
    ),
    Section(
        "Prove",
        {
            "prove": Command(
                "prove:prove",
                "a minimum, found by a search or in your file",
                ("prove -k 6", "prove W.npy --teachers V.npy", "prove W.npy --symmetric"),
            ),
            "family": Command(
                "families:family",
                "a named family: at one k, at every k, at none, its birth",
                (
                    "family II -k 37",
                    "family II --every --from 6",
                    "family II --not-minimum 3 5.5",
                    "family II --birth",
                ),
            ),
            "enumerate": Command(
                "landscapes:enumerate_points",
                "all critical points that S_k fixes",
                ("enumerate -k 10",),
            ),
            "landscape": Command(
                "landscapes:landscape",
                "every critical point of two neurons and two teachers",
                ("landscape", "landscape -d 2", "landscape --every-slope --c 0.9 1.2"),
            ),
            "near-orthonormal": Command(
                "families:near_orthonormal",
                "a minimum for all teachers near orthonormal ones",
                ("near-orthonormal -k 10",),
            ),
            "random-teacher": Command(
                "families:random_teacher",
                "a minimum for teachers drawn at random",
                ("random-teacher -k 10 -d 100",),
            ),
        },
        "family II -k 37",
    ),
    Section(
        "Consequences",
        {
            "consequence": Group(
                (_CONSEQUENCE,),
                "What follows from a certified minimum of the Gaussian loss.",
                "what follows from a minimum: split, basin",
            )
        },
        _CONSEQUENCE.example,
    ),
    Section(
        "Your data",
        {
            "data": Group(
                _DATA,
                "Certificates for networks on your own data: local minima, saddles, global minima.",
                "relu, deep, conv, linear, entropy, constant, split",
            ),
            "trained": Command(
                "trained:trained",
                "a network that you trained: what is this point?",
                (
                    "trained net.npz iris.csv --target petal_width --drop species",
                    "trained net.pt iris.csv --target petal_width --loss squared --activation tanh",
                ),
            ),
        },
        "data relu iris.csv --target petal_width --drop species --widths 4",
    ),
    Section(
        "Check and read",
        {
            "check": Command(
                "check:check",
                "prove certificates again, from their files alone",
                ("check proofs/gaussian", "check --checker all proofs/gaussian/n06-k06.json"),
            ),
            "show": Command(
                "read:show",
                "the theorem and every inequality that was verified",
                ("show proofs/gaussian/n06-k06.json",),
            ),
            "report": Command(
                "read:report",
                "a page about certificates, or LaTeX",
                ("report proofs/gaussian/n06-k06.json",),
            ),
            "atlas": Command(
                "read:atlas", "every class certified at one k", ("atlas -k 10", "atlas -k 10 -n 10")
            ),
            "trust": Command(
                "read:trust",
                "what has to be read to believe a verdict",
                ("trust", "trust proofs/gaussian/n06-k06.json"),
            ),
            "formal": Command(
                "read:formal",
                "prove a minimum in Coq",
                ("formal proofs/gaussian/n06-k06.json",),
            ),
            "doctor": Command("read:doctor", "is this installation fit to check?", ("doctor",)),
        },
        "check proofs/gaussian",
    ),
)
APP = Group(
    _SECTIONS,
    "Computer-assisted proofs about neural-network loss landscapes.",
    end=(
        "Exit codes: 0 everything proved, 1 something not proved, 2 unusable input or usage, 3"
        " declined, 70 a fault of ours, 130 interrupted."
    ),
    options=(
        (
            Parameter(
                "version",
                bool,
                Option("-V", "--version", help="Print the version."),
                default=False,
            ),
            f"certify {__version__}",
        ),
    ),
)


def run(words: Sequence[str]) -> None:
    """Run the command line that the words are, without the word `certify`. Raises what the command
    raises: `SystemExit` where its exit code is not 0.
    """
    APP.run(words, "certify")

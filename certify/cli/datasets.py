"""How a command about data begins. It reads the table as the options say, says what it has
understood, and names the certificate.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints

from certify.cli.common import Target, default_name, fail, say, target
from certify.cli.declared import Argument, Option

if TYPE_CHECKING:
    from certify.arrays import Source
    from certify.reading import Columns
    from certify.tables import DataSet

__all__ = ["File", "UserData", "numbers", "other", "read_columns", "table_options"]


File = Annotated[
    Path,
    Argument(
        help=(
            "The data: a table (.csv, .tsv, .txt, .data; gzipped or not), .npy (one row a datum),"
            " .npz or .json (X and y); - for standard input."
        )
    ),
]
_TARGET = Annotated[
    list[str] | None,
    Option(
        "--target",
        help="Target column, by name or number from 1; may be given again. Default: the last.",
    ),
]
_LABEL = Annotated[str | None, Option("--label", help="Column of the classes, by name or number.")]
_TABLE: dict[str, tuple[Any, Any]] = {
    "inputs": (
        Annotated[
            str,
            Option("--inputs", help="Input columns, as a,b,c or 1,2,5. Default: all others."),
        ],
        "",
    ),
    "drop": (
        Annotated[
            list[str] | None,
            Option("--drop", help="Column to leave out; may be given again."),
        ],
        None,
    ),
    "one_hot": (
        Annotated[
            list[str] | None,
            Option(
                "--one-hot",
                help="Column of words to code as columns of 0 and 1; may be given again.",
            ),
        ],
        None,
    ),
    "header": (
        Annotated[
            bool | None,
            Option(
                "--header/--no-header",
                help="The first row holds names, or data. Default: found out, or refused.",
                show_default=False,
            ),
        ],
        None,
    ),
    "drop_missing": (
        Annotated[bool, Option("--drop-missing", help="Leave out rows with a missing entry.")],
        False,
    ),
    "decimal": (Annotated[str, Option("--decimal", help='"." or ",".')], "."),
}


def read_columns(options: dict[str, Any]) -> Columns:
    """Take what the options of a table say out of `options`."""
    from certify.reading import Columns

    decimal = options.pop("decimal")
    if decimal not in (".", ","):
        fail(f"--decimal {decimal} is neither . nor ,")
    listed = options.pop("inputs")
    return Columns(
        target=tuple(options.pop("target", None) or ()),
        label=options.pop("label", None),
        inputs=tuple(part.strip() for part in listed.split(",")) if listed else (),
        drop=tuple(options.pop("drop") or ()),
        one_hot=tuple(options.pop("one_hot") or ()),
        header=options.pop("header"),
        drop_missing=options.pop("drop_missing"),
        decimal=decimal,
    )


def table_options(
    *, by_target: bool = True, by_label: bool = False
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command the options that say how its table is read; the command gets them as its
    parameter `columns`.
    """

    def given(command: Callable[..., None]) -> Callable[..., None]:
        hints = get_type_hints(
            command, include_extras=True, localns={"Columns": Any, "Source": Any}
        )
        added = {
            **({"target": (_TARGET, None)} if by_target else {}),
            **({"label": (_LABEL, None)} if by_label else {}),
            **_TABLE,
        }
        own = [
            p.replace(annotation=hints[name], kind=p.KEYWORD_ONLY)
            for name, p in inspect.signature(command).parameters.items()
            if name != "columns"
        ]
        extra = [
            inspect.Parameter(
                name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation
            )
            for name, (annotation, default) in added.items()
        ]

        def wrapped(**options: Any) -> None:
            columns = read_columns(options)
            command(columns=columns, **options)

        wrapped.__name__, wrapped.__doc__, wrapped.__module__ = (
            command.__name__,
            command.__doc__,
            command.__module__,
        )
        wrapped.__signature__ = inspect.Signature([*own, *extra])  # type: ignore[attr-defined]
        wrapped.__annotations__ = {p.name: p.annotation for p in (*own, *extra)}
        return wrapped

    return given


@dataclass(frozen=True)
class UserData:
    """The data set that the columns make of a file, and the file it was read from."""

    data: DataSet
    source: Source
    columns: Columns

    @classmethod
    def read(cls, file: Path, columns: Columns) -> UserData:
        """Read the file. Raises `UnusableInput`."""
        from certify.arrays import read_source
        from certify.tables import data_of

        source = read_source(file)
        return cls(data_of(source, columns), source, columns)

    def tell(self, *others: str) -> None:
        """Say what is odd about the data, and a line for each file with what was understood."""
        for line in (*self.data.notes, self.data.as_read, *others):
            say(line)

    @property
    def stem(self) -> str:
        """The name of the file up to its first point."""
        path = self.source.path
        return "stdin" if str(path) == "-" else path.name.split(".")[0] or path.stem

    @property
    def variants(self) -> dict[str, object]:
        """What the options of the table put into the default name."""
        columns = self.columns
        return {
            "target": columns.target,
            "label": columns.label,
            "inputs": columns.inputs,
            "drop": columns.drop,
            "one_hot": columns.one_hot,
            "header": columns.header is True,
            "no_header": columns.header is False,
            "drop_missing": columns.drop_missing,
        }

    def goal(
        self, what: str, variants: dict[str, object], output: str | None, *, force: bool
    ) -> Target:
        """Where the certificate goes; by default STEM.WHAT-VARIANTS.json."""
        name = default_name(self.stem, what, **variants)
        return target(output, name, inputs=[self.source], force=force)


def numbers(text: str, what: str) -> list[int]:
    """Whole numbers with commas between them; none for an empty text."""
    parts = text.split(",") if text else []
    if not all(
        re.fullmatch(r"[0-9]{1,9}", part.strip()) and 1 <= int(part) <= 4096 for part in parts
    ):
        fail(f"{what} {text} are not whole numbers from 1 to 4096 with commas between them")
    return [int(part) for part in parts]


def other(value: object, default: object) -> object:
    """The value where it is not the default one."""
    return None if value == default else value

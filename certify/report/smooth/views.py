"""One view for each kind about networks with a smooth activation."""

from __future__ import annotations

from typing import Any

from certify.report.smooth import claims, latex, pictures
from certify.report.view import View

__all__ = ["VIEWS"]

VIEWS: dict[str, View[Any]] = {
    "data-constant-minimum": View(claims.constant, latex.constant, pictures.constant),
    "data-constant-family": View(
        claims.constant_family, latex.constant_family, pictures.constant_family
    ),
    "data-splitting-family": View(claims.splitting, latex.splitting, pictures.splitting),
}

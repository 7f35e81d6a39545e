"""The .py halves of the notebooks are no modules: collecting doctests from them would run them.

The .ipynb halves are run by nbmake; the first is of the default tier, the others of the long one.
"""

import pytest

collect_ignore_glob = ["[0-9]*.py"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.suffix == ".ipynb" and not item.path.name.startswith("01"):
            item.add_marker(pytest.mark.long)

"""The .py halves of the notebooks are no modules: collecting doctests from them would run them.

The .ipynb halves are run by nbmake.
"""

collect_ignore_glob = ["[0-9]*.py"]

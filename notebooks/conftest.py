"""The .py halves of the notebooks are no modules: collecting doctests from them would run them, nbmake runs the others."""

collect_ignore_glob = ["[0-9]*.py"]

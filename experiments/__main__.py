"""`python -m mixflow.experiments` is the command `mixflow`; in a checkout `python -m experiments` is it too."""

import sys

try:
    from mixflow.experiments.cli.main import main
except ImportError as error:
    if error.name is None or error.name.partition(".")[0] != "mixflow":
        raise
    sys.exit("mixflow: not installed in this Python. Run `make setup` or `pip install -e .`, then `mixflow --help`.")

if __name__ == "__main__":
    sys.exit(main())

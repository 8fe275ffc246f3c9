"""Import every module of mixflow; a warning counts as a failure."""

import importlib
import sys
from pathlib import Path

import mixflow
from mixflow.sim.base.errors import UserError

# the packages may be links, as in a checkout, and need no __init__.py
tops = [top.resolve() for top in Path(mixflow.__path__[0]).iterdir() if top.is_dir()]
names = sorted(
    ".".join(("mixflow", top.name, *path.relative_to(top).with_suffix("").parts)).removesuffix(".__init__")
    for top in tops
    for path in top.rglob("*.py")
    if path.stem != "__main__"
)
for name in names:
    try:
        importlib.import_module(name)
    except (UserError, SystemExit) as error:  # a part that needs an extra which developers have not
        if "needs the extra" not in str(error):
            raise
        print(f"{name}: {error}")
print(f"{len(names)} modules import under Python {sys.version.split()[0]}")
assert len(names) > 100

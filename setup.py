"""Map the top-level folders onto the `mixflow` package; everything else is in pyproject.toml."""

from setuptools import find_packages, setup

ROOMS = ("sim", "agents", "policies", "scenarios", "configs", "experiments")
found = find_packages(include=[pattern for room in ROOMS for pattern in (room, f"{room}.*")])
setup(
    packages=["mixflow", *(f"mixflow.{name}" for name in found)],
    package_dir={"mixflow": "src/mixflow", **{f"mixflow.{room}": room for room in ROOMS}},
)

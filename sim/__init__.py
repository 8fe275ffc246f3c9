"""The model: people, route graph, processes of the day, accounts. Imports no other top-level folder.

From top to bottom, each package imports only those below it: `engine` and `displacement`, `processes`, `accounts`, `world`,
`people`, `base`.
"""

if __name__ == "sim":
    raise ImportError(
        "write `import mixflow.sim`: imported as `sim` it would be a second, different copy of everything"
    )

from .base.kernel_cache import keep_compiled_code

keep_compiled_code()

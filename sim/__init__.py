"""The engine: people, graph, kernels, accounts. Imports no sibling room."""

if __name__ == "sim":
    raise ImportError(
        "write `import mixflow.sim`: imported as `sim` it would be a second, different copy of everything"
    )

from .kernel_cache import keep_compiled_code

keep_compiled_code()

"""Hydra data only."""

if __name__ == "configs":
    raise ImportError(
        "write `import mixflow.configs`: imported as `configs` it would be a second, different copy of everything"
    )

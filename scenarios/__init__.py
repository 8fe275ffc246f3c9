"""The worlds: sourced tables, and how config, tables and policies become a model."""

if __name__ == "scenarios":
    raise ImportError(
        "write `import mixflow.scenarios`: imported as `scenarios` it would be a second, different copy of everything"
    )

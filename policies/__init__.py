"""What can be changed, when, where, for whom and at what cost: data, not code."""

if __name__ == "policies":
    raise ImportError(
        "write `import mixflow.policies`: imported as `policies` it would be a second, different copy of everything"
    )

"""Who acts: persons as views of rows; smugglers, states and institutions as ordinary Mesa agents."""

if __name__ == "agents":
    raise ImportError(
        "write `import mixflow.agents`: imported as `agents` it would be a second, different copy of everything"
    )

"""The engine: people, graph, kernels, accounts. Imports no sibling room."""

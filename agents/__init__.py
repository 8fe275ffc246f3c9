"""Who acts: persons as views of rows; smugglers, states and institutions as ordinary Mesa agents."""

"""Two worlds that differ in policies and share every draw: what differs between them, for whom, and how sure that is."""

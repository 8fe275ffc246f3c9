"""What UNHCR, IOM and ILO do for people, as numbers."""

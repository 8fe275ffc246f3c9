"""What people believe of the journey and of their chances, and how well passages are known."""

"""What this house builds its stacks of, each piece the same way everywhere."""

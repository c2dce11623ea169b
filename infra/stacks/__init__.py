"""The four stacks, in the order in which they need each other: data, api, events, operations."""

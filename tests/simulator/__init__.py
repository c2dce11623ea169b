"""
The simulator: the real handlers, every service they need as a fake, and all the faults there are.

`make simulate` runs it. One seed, or one list of decisions, always plays the same history.
"""

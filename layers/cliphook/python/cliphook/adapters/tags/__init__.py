"""
Writes tags into a copy of a file, and leaves the sound as it is.

Each container is taken apart only as far as its tags reach; all else is copied byte for byte.
"""

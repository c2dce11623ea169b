"""Cliphook: one API in front of the providers of AI music, in your own AWS account."""

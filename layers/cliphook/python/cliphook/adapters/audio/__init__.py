"""What audio files are: a page for each container, which walks along its frames."""

"""What a file sounds like: it is decoded by FFmpeg, and listened to while it passes."""

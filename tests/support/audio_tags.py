"""What people put before and behind the frames of an MP3, written by hand."""

import struct


def id3v2(content: bytes, *, has_footer: bool = False) -> bytes:
    """Write an ID3v2.4 tag that holds one picture."""
    frame = b"\x00image/png\x00\x03\x00" + content
    frames = b"APIC" + syncsafe(len(frame)) + bytes(2) + frame
    flags = b"\x10" if has_footer else b"\x00"
    rest = b"\x04\x00" + flags + syncsafe(len(frames))
    return b"ID3" + rest + frames + (b"3DI" + rest if has_footer else b"")


def id3v1() -> bytes:
    """Write the old tag, whose length is always the same."""
    return b"TAG" + b"A song".ljust(124, b"\x00") + b"\xff"


def ape(content: bytes) -> bytes:
    """Write an APEv2 tag of one item, with a head and a foot."""
    item = struct.pack("<II", len(content), 0) + b"Comment\x00" + content

    def edge(flags: int) -> bytes:
        return b"APETAGEX" + struct.pack("<IIII8x", 2000, len(item) + 32, 1, flags)

    return edge(0xA000_0000) + item + edge(0x8000_0000)


def with_vbri(frames: bytes) -> bytes:
    """Put Fraunhofer's frame before others of 128 kbit/s at 44.1 kHz: how many there are."""
    # 417 bytes, and one more where the head says so: 2508 bytes are six frames.
    many = round(len(frames) / 417.96)
    head = b"\xff\xfb\x90\x64" + bytes(32)
    body = struct.pack(">4sHHHIIHHHH", b"VBRI", 1, 0, 75, len(frames), many, 0, 1, 2, 1)
    return (head + body).ljust(417, b"\x00") + frames


def syncsafe(number: int) -> bytes:
    """Write a number in bytes of seven bits."""
    return bytes(number >> shift & 0x7F for shift in (21, 14, 7, 0))

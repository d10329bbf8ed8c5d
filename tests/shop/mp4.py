"""MP4 files made box by box."""


def box(name, content=b""):
    return (len(content) + 8).to_bytes(4, "big") + name + content


def sample_table(codec=b"avc1", width=640, height=360):
    entry = bytes(6) + b"\0\1" + bytes(16) + width.to_bytes(2, "big") + height.to_bytes(2, "big") + bytes(50)
    return box(b"stsd", bytes(4) + (1).to_bytes(4, "big") + box(codec, entry))


def mp4(codec=b"avc1", brand=b"isom", notes=b"", frames=b"\1" * 100, **sides):
    """An MP4 whose one track says it is H.264; its frames are noise."""
    track = box(b"trak", box(b"mdia", box(b"minf", box(b"stbl", sample_table(codec, **sides)))))
    udta = box(b"udta", box(b"\xa9xyz", notes)) if notes else b""
    return box(b"ftyp", brand + bytes(4) + brand) + box(b"moov", track + udta) + box(b"mdat", frames)

"""A clip of a face -> the emotions that it shows, in each half second.

`clip` reads it, `track` follows one person, `curve` tells the emotions, `key_frames` what the composer needs of them, `export` is
the curve as a table and a picture, `soundtrack` the clip with its music.
"""

import io

import numpy as np
import pytest
from PIL import Image

from face2music.errors import NoFaceError, PictureError
from face2music.face import CROP_MARGIN, MAX_PIXELS, Box, crop_face, find_faces, read_picture

FACE = Box(177, 67, 93, 93)


def overlap(a: Box, b: Box) -> float:
    """Intersection over union."""
    w = max(0, min(a.x + a.w, b.x + b.w) - max(a.x, b.x))
    h = max(0, min(a.y + a.h, b.y + b.h) - max(a.y, b.y))
    return w * h / (a.w * a.h + b.w * b.h - w * h)


def encoded(image: Image.Image, kind: str, **options) -> bytes:
    file = io.BytesIO()
    image.save(file, format=kind, **options)
    return file.getvalue()


def test_the_face_of_a_photograph_is_found(astronaut):
    portrait = find_faces(astronaut)
    assert len(portrait.faces) == 1
    face = portrait.faces[0]
    assert overlap(face.box, FACE) > 0.7
    assert face.crop.shape == (48, 48)
    assert face.crop.dtype == np.uint8
    assert np.array_equal(portrait.picture, astronaut)


def test_paths_bytes_images_and_arrays_are_the_same_picture(astronaut, portrait):
    expected = find_faces(astronaut).faces[0]
    for picture in (portrait, str(portrait), portrait.read_bytes(), Image.fromarray(astronaut)):
        face = find_faces(picture).faces[0]
        assert face.box == expected.box
        assert np.array_equal(face.crop, expected.crop)


def test_the_crop_is_cut_from_the_original(astronaut):
    large = Image.fromarray(astronaut).resize((3000, 3000), Image.Resampling.BICUBIC)
    face = find_faces(large).faces[0]
    scaled = Box(*(round(side * 3000 / 512) for side in (FACE.x, FACE.y, FACE.w, FACE.h)))
    assert overlap(face.box, scaled) > 0.7
    margin = round(face.box.w * CROP_MARGIN)
    region = (face.box.x - margin, face.box.y - margin, face.box.x + face.box.w + margin, face.box.y + face.box.h + margin)
    expected = np.asarray(large.convert("L").crop(region).resize((48, 48), Image.Resampling.BOX), dtype=float)
    assert np.abs(face.crop - expected).mean() < 2


@pytest.mark.parametrize("turns", [1, 3])
def test_a_picture_on_its_side_is_turned_upright(astronaut, turns):
    portrait = find_faces(np.rot90(astronaut, turns))
    assert np.array_equal(portrait.picture, astronaut)
    assert overlap(portrait.faces[0].box, FACE) > 0.6


@pytest.mark.parametrize("orientation", [2, 3, 6, 8])
def test_exif_rotation_is_applied(astronaut, orientation):
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        6: Image.Transpose.ROTATE_90,
        8: Image.Transpose.ROTATE_270,
    }
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = encoded(Image.fromarray(astronaut).transpose(undo[orientation]), "PNG", exif=exif)
    assert np.array_equal(read_picture(data), astronaut)


def test_beyond_the_edge_of_the_picture_its_last_pixels_are_repeated():
    grey = np.tile(np.arange(100, dtype=np.uint8), (100, 1))
    crop = crop_face(grey, Box(0, 0, 40, 40), margin=0.1)
    assert crop.shape == (48, 48)
    assert crop[:, :4].max() == 0
    assert np.array_equal(crop, crop[[0]].repeat(48, axis=0))
    assert crop[0, -1] == 43


def test_several_faces_come_largest_first(astronaut):
    small = np.asarray(Image.fromarray(astronaut).resize((300, 300)))
    wide = np.full((512, 812, 3), 255, np.uint8)
    wide[100:400, :300], wide[:, 300:] = small, astronaut
    sizes = [face.box.w for face in find_faces(wide).faces]
    assert len(sizes) == 2
    assert sizes[0] > sizes[1]


@pytest.mark.parametrize("brightness", [0.25, 2.0])
def test_dark_and_bright_pictures_are_no_obstacle(astronaut, brightness):
    relit = np.clip(astronaut * brightness, 0, 255).astype(np.uint8)
    assert overlap(find_faces(relit).faces[0].box, FACE) > 0.6


def in_mode(astronaut, mode):
    grey = np.asarray(Image.fromarray(astronaut).convert("L"))
    if mode == "16-bit":
        return encoded(Image.fromarray(grey.astype(np.uint16) * 257), "PNG")
    if mode == "32-bit":
        return encoded(Image.fromarray(grey.astype(np.float32) / 255), "TIFF")
    if mode == "CMYK":
        return encoded(Image.fromarray(astronaut).convert("CMYK"), "JPEG")
    if mode == "transparent":
        return encoded(Image.fromarray(astronaut).convert("RGBA"), "PNG")
    if mode == "palette":
        return encoded(Image.fromarray(astronaut).convert("P"), "PNG", transparency=0)
    if mode == "animated":
        later = Image.new("RGB", (512, 512), "white")
        return encoded(Image.fromarray(astronaut), "WEBP", save_all=True, append_images=[later], lossless=True)
    return encoded(Image.fromarray(astronaut).convert(mode), "PNG")


@pytest.mark.parametrize("mode", ["16-bit", "32-bit", "CMYK", "transparent", "palette", "animated", "L", "LA"])
def test_every_kind_of_picture_is_read(astronaut, mode):
    portrait = find_faces(in_mode(astronaut, mode))
    assert portrait.picture.shape == astronaut.shape
    assert overlap(portrait.faces[0].box, FACE) > 0.6


def test_values_that_are_no_numbers_are_black():
    samples = np.full((30, 30), 0.5, np.float32)
    samples[0, 0], samples[1, 1] = np.nan, np.inf
    read = read_picture(Image.fromarray(samples))
    assert read[0, 0].max() == read[1, 1].max() == 0
    assert read[2, 2].min() == 127


def test_transparent_pixels_are_white():
    assert read_picture(encoded(Image.new("RGBA", (30, 30), (0, 0, 0, 0)), "PNG")).min() == 255


def test_a_picture_without_a_face_is_refused(without_face):
    with pytest.raises(NoFaceError, match="No face was found; use a picture"):
        find_faces(without_face)


@pytest.mark.parametrize("size", [(1, 1), (20_000, 60), (20_000, 1), (1, 20_000), (3000, 1), (3, 2000)])
def test_odd_sizes_have_no_face(size):
    with pytest.raises(NoFaceError, match="No face was found"):
        find_faces(Image.new("RGB", size, "grey"))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP"])
def test_files_cut_off_anywhere_are_refused(astronaut, kind):
    data = encoded(Image.fromarray(astronaut[::4, ::4]), kind)
    for share in (0.001, 0.05, 0.5):
        with pytest.raises(PictureError, match="damaged") as refusal:
            find_faces(data[: int(len(data) * share) + 1])
        assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    ("picture", "message"),
    [
        (b"", "is empty"),
        (b"hello, I am no picture", "no picture that can be read"),
        ("no/such/file.jpg", "is no file"),
        (".", "is no file"),
        (42, "A int is no picture"),
        (np.zeros((0, 5, 3), np.uint8), "is empty"),
        (Image.new("RGB", (5, 0)), "is empty"),
        (Image.new("L", (66_000, 2)), "66000x2 pixels"),
        (np.zeros((5, 5, 3), np.float32), "must be uint8"),
        (np.zeros((5, 5, 2), np.uint8), "must be uint8"),
    ],
)
def test_what_is_no_picture_is_refused(picture, message):
    with pytest.raises(PictureError, match=message):
        find_faces(picture)


def test_too_many_pixels_are_refused_before_they_are_decoded():
    side = int(MAX_PIXELS**0.5) + 1
    bomb = encoded(Image.new("1", (side, side)), "PNG")
    with pytest.raises(PictureError, match=f"{side}x{side} pixels, and at most 64 million are taken"):
        find_faces(bomb)
    with pytest.raises(PictureError, match="at most 64 million are taken"):
        find_faces(encoded(Image.new("1", (side * 2, side)), "PNG"))

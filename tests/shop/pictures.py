"""Pictures to upload, and what became of them."""

from io import BytesIO

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from PIL import Image


def made(size=(40, 20), kind="PNG", mode="RGB", colour=None, **options):
    """A picture file of one colour."""
    output = BytesIO()
    Image.new(mode, size, colour).save(output, kind, **options)
    return ContentFile(output.getvalue(), name="photo.png")


def image_at(name):
    """The decoded picture in the public storage under this name."""
    with storages["public"].open(name) as file:
        image = Image.open(file)
        image.load()
        return image

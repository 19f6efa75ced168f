"""What the site knows about: books, each with a picture of its cover."""

import secrets
from pathlib import PurePath

from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.validators import FileExtensionValidator, MaxValueValidator, MinValueValidator
from django.db import models

COVER_BYTES_MAX = 5 * 1024 * 1024


def validate_cover(file: File) -> None:
    """A browser may claim anything about a file; its first bytes tell what it is."""
    if file.size > COVER_BYTES_MAX:
        raise ValidationError("The picture is larger than 5 MiB.")
    file.seek(0)
    head = file.read(12)
    file.seek(0)
    is_webp = head.startswith(b"RIFF") and head[8:] == b"WEBP"
    signatures = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a")
    if not is_webp and not head.startswith(signatures):
        raise ValidationError("The file is not a PNG, JPEG, GIF or WebP picture.")


def cover_path(_book: "Book", name: str) -> str:
    """A random name; of the visitor's one only the extension is kept, which was checked."""
    return f"covers/{secrets.token_hex(16)}{PurePath(name).suffix.lower()}"


class Book(models.Model):
    title = models.CharField(max_length=200)
    author = models.CharField(max_length=200)
    year = models.PositiveSmallIntegerField(
        "year of publication",
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(9999)],
    )
    remark = models.TextField("why it is here", blank=True)
    # A FileField rather than an ImageField: the latter needs a further package.
    cover = models.FileField(
        upload_to=cover_path,
        blank=True,
        validators=[
            FileExtensionValidator(["png", "jpg", "jpeg", "gif", "webp"]),
            validate_cover,
        ],
        help_text="PNG, JPEG, GIF or WebP, at most 5 MiB",
    )
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title

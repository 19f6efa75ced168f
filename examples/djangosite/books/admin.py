from django.contrib import admin

from .models import Book

admin.site.site_header = admin.site.site_title = "Bookshelf"
admin.site.index_title = "Behind the shelf"


@admin.register(Book)
class BookAdmin(admin.ModelAdmin):
    list_display = ["title", "author", "year", "has_cover", "added_at"]
    list_filter = ["added_at"]
    search_fields = ["title", "author"]

    @admin.display(boolean=True, description="cover")
    def has_cover(self, book: Book) -> bool:
        return bool(book.cover)

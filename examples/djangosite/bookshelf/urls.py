"""Which address is answered by which view."""

from django.conf import settings
from django.conf.urls.static import static
from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("books.urls")),
    path("admin/", admin.site.urls),
]
# Only with DEBUG, for `manage.py runserver`; otherwise the front serves /media itself.
urlpatterns += static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT)

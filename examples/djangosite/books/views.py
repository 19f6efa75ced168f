"""The public pages. Books are added and changed in the admin."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from .models import Book


def shelf(request: HttpRequest) -> HttpResponse:
    # The session knows the visitor again without an account.
    visits = request.session.get("visits", 0) + 1
    request.session["visits"] = visits
    return render(request, "books/shelf.html", {"books": Book.objects.all(), "visits": visits})


def book(request: HttpRequest, pk: int) -> HttpResponse:
    return render(request, "books/book.html", {"book": get_object_or_404(Book, pk=pk)})

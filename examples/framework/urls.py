"""Which address is answered by which view."""

import views

urls = [
    ("/", views.index),
    ("/ctime", views.ctime),
    ("/sayhello", views.say_hello),
    ("/sayhaha", views.say_haha),
]

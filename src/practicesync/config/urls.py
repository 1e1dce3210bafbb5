"""The address table of the whole site."""

from django.urls import include, path

urlpatterns = [path("", include("practicesync.web.urls"))]
handler400 = "practicesync.web.errors.bad_request"
handler403 = "practicesync.web.errors.forbidden"
handler404 = "practicesync.web.errors.not_found"
handler500 = "practicesync.web.errors.server_error"
handler429 = "practicesync.web.errors.too_many"

"""Addresses of packages on a memory stick."""

from django.urls import path

from dozor.web.views import package_keys, packages

urlpatterns = [
    path("", packages.list_packages, name="packages"),
    path("new/<int:pk>/", packages.new, name="package-new"),
    path("back/<int:pk>/", packages.going_back, name="package-back"),
    path("request/<int:pk>/", packages.requested, name="package-request"),
    path("<int:pk>/file/", packages.file, name="package-file"),
    path("import/", packages.import_package, name="package-import"),
    path("import/<str:token>/", packages.check, name="package-check"),
    path("import/<str:token>/apply/", packages.apply, name="package-apply"),
    path("import/<str:token>/drop/", packages.drop, name="package-drop"),
    path("owner/", package_keys.owner, name="package-owner"),
    path("keys/trust/", package_keys.trust, name="key-trust"),
    path("keys/distrust/", package_keys.distrust, name="key-distrust"),
]

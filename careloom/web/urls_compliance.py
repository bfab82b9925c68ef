"""The addresses of compliance packs and legal holds."""

from django.urls import path

from careloom.web.views import compliance

PATTERNS = [
    path("compliance", compliance.compliance, name="compliance"),
    path("compliance/make", compliance.make, name="compliance_make"),
    path("compliance/say", compliance.say, name="compliance_say"),
    path("compliance/holds", compliance.holds, name="compliance_holds"),
    path("compliance/holds/place", compliance.hold, name="compliance_hold"),
    path("compliance/holds/<slug:hold>/lift", compliance.lift, name="compliance_lift"),
    path("compliance/packs/<slug:pack>.<str:form>", compliance.download, name="compliance_download"),
]

"""A document on paper: the page that a browser prints, and the same as a PDF, in the reader's language around what was written; a letter's in its own."""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse

from careloom.care.access import Permission
from careloom.care.document import Reviewer
from careloom.web import deps
from careloom.web.present.banner import banner
from careloom.web.present.kinds import named
from careloom.web.present.letter import letter
from careloom.web.present.pdf import file_name, notice_of_letter, of_review, pdf
from careloom.web.present.printed import sheet
from careloom.web.present.receipt import receipt
from careloom.web.views.guard import needs, of_proposal
from careloom.web.views.page import actor, now, page
from careloom.web.views.review import review_of


@needs(Permission.SEE, of_proposal)
def printed(request: HttpRequest, proposal: str) -> HttpResponse:
    """The document for paper."""
    found = review_of(actor(request), proposal)
    if named(found.proposal.document.kind).letter:
        context = {
            "letter": letter(found, now()),
            "notice": notice_of_letter(found),
            "proposal": proposal,
            "back": found.back,
        }
        return page(request, "web/printed_letter.html", context)
    shown = banner(found.record)
    context = {
        "sheet": sheet(found, now(), " ".join((shown.words, *found.record.notice))),
        "notice": found.record.notice,
        "banner": shown,
        "receipt": receipt(found.record, found.proposal.document.model),
        "proposal": proposal,
        "back": found.back,
    }
    return page(request, "web/printed.html", context)


@needs(Permission.SEE, of_proposal)
def as_pdf(request: HttpRequest, proposal: str) -> HttpResponse:
    """The same as a PDF, to be kept or opened elsewhere."""
    return pdf_of(actor(request), proposal)


def pdf_of(who: Reviewer, proposal: str) -> HttpResponse:
    """The PDF of a document; that it was taken out is in the audit log. Raises InputError where no font has one of its characters,
    Http404 where there is no such document.
    """
    found = review_of(who, proposal)
    pipeline = deps.pipeline()
    body = pdf(of_review(found, now()), pipeline.settings.fonts)
    about = found.proposal.document.patient
    pipeline.store.audit.note(who.user, "export document", patient=about, what=found.proposal.id)
    return as_file(body, file_name(found))


def report_of(shown: Mapping[str, object], name: str) -> HttpResponse:
    """The PDF of a report. Raises InputError where no font has one of its characters."""
    return as_file(pdf(shown, deps.pipeline().settings.fonts, "report.typ"), name)


def as_file(body: bytes, name: str) -> HttpResponse:
    """A PDF to be kept or opened elsewhere."""
    headers = {"Content-Disposition": f'inline; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(body, content_type="application/pdf", headers=headers)

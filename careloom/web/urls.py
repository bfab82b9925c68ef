"""The addresses of the pages. No address holds anything about a patient but an id of ours: a proposal's, and
on the page Draft the patient's."""

from django.urls import path
from django.views.generic import RedirectView

from careloom.web.api import api
from careloom.web.views import (
    consents,
    decide,
    draft,
    health,
    lines,
    people,
    queue,
    readiness,
    refusals,
    rejected,
    report,
    review,
    scans,
    sign,
    tasks,
    whose,
)

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="queue"), name="home"),
    path("sign-in", sign.SignIn.as_view(), name="sign_in"),
    path("sign-out", sign.sign_out, name="sign_out"),
    path("here", sign.here, name="here"),
    path("health", health.health, name="health"),
    path("keys", queue.keys, name="keys"),
    path("queue", queue.queue, name="queue"),
    path("draft", draft.draft, name="draft"),
    path("draft/<slug:patient>", draft.patient, name="draft_patient"),
    path("draft/<slug:patient>/<slug:kind>", draft.kind, name="draft_kind"),
    path("tasks", tasks.tasks, name="tasks"),
    path("tasks/<slug:task>/say", tasks.say, name="task_say"),
    path("tasks/<slug:task>/back", tasks.take_back, name="task_back"),
    path("review/<slug:proposal>", review.review, name="review"),
    path("review/<slug:proposal>/evidence/<str:key>", review.evidence, name="evidence"),
    path("review/<slug:proposal>/opened", review.opened, name="opened"),
    path("review/<slug:proposal>/report", report.report, name="report"),
    path("review/<slug:proposal>/consents", consents.shown, name="consents"),
    path("review/<slug:proposal>/consents/revoke", consents.revoke, name="consent_revoke"),
    path("review/<slug:proposal>/emergency", consents.emergency, name="emergency"),
    path("review/<slug:proposal>/documents", draft.documents, name="documents"),
    path("review/<slug:proposal>/printed", review.printed, name="printed"),
    path("review/<slug:proposal>/lines/<str:line_id>/amend", lines.amend, name="amend"),
    path("review/<slug:proposal>/lines/<str:line_id>/preview", lines.preview, name="preview"),
    path("review/<slug:proposal>/lines/<str:line_id>/strike", lines.strike, name="strike"),
    path("review/<slug:proposal>/decide", decide.decide, name="decide"),
    path("review/<slug:proposal>/undo", decide.undo, name="undo"),
    path("review/<slug:proposal>/again", decide.again, name="again"),
    path("review/<slug:proposal>/done", decide.done, name="result"),
    path("rejected", rejected.rejected, name="rejected"),
    path("rejected/<slug:message>", rejected.letter, name="letter"),
    path("rejected/<slug:message>/original", rejected.original, name="rejected_original"),
    path("rejected/<slug:message>/correct", rejected.correct, name="rejected_correct"),
    path("rejected/<slug:message>/again", rejected.again, name="rejected_again"),
    path("rejected/<slug:message>/aside", rejected.aside, name="rejected_aside"),
    path("rejected/<slug:message>/back", rejected.back, name="rejected_back"),
    path("rejected/<slug:message>/who", refusals.refusal, name="refusal"),
    path("rejected/<slug:message>/who/say", refusals.say, name="refusal_say"),
    path("rejected/<slug:message>/who/back", refusals.back, name="refusal_back"),
    path("people", people.people, name="people"),
    path("people/<uuid:look>", people.pair, name="pair"),
    path("people/<uuid:look>/same", people.same, name="pair_same"),
    path("people/<uuid:look>/different", people.different, name="pair_different"),
    path("people/merged/<uuid:word>", people.merge, name="merge"),
    path("people/merged/<uuid:word>/undo", people.undo, name="merge_undo"),
    path("readiness", readiness.readiness, name="readiness"),
    path("readiness/count", readiness.count, name="readiness_count"),
    path("readiness/printed", readiness.printed, name="readiness_printed"),
    path("scans", scans.scans, name="scans"),
    path("scans/<slug:entry>/confirm", scans.confirm, name="scan_confirm"),
    path("scans/<slug:entry>/<int:number>.png", scans.picture, name="scan_picture"),
    path("whose/<slug:message>", whose.whose, name="whose"),
    path("whose/<slug:message>/assign", whose.assign, name="whose_assign"),
    path("whose/<slug:message>/back", whose.back, name="whose_back"),
    path("whose/<slug:message>/<int:number>.png", whose.picture, name="whose_picture"),
    path("api/", api.urls),
]

handler400 = "careloom.web.views.problems.bad_request"
handler403 = "careloom.web.views.problems.forbidden"
handler404 = "careloom.web.views.problems.not_found"
handler500 = "careloom.web.views.problems.broken"

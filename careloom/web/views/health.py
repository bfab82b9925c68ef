"""Whether this process and its database answer; for a load balancer, so it tells nothing else but what waits."""

from django.conf import settings
from django.db import Error, connection
from django.http import HttpRequest, JsonResponse

from careloom.store.opening import open_store
from careloom.web.views.guard import open_to_all


@open_to_all
def health(request: HttpRequest) -> JsonResponse:
    """200 {"status": "ok"}, or 503 where the database does not answer.

    Where listeners have run here, `unread` is how many of the messages that they took are not in the store yet.
    """
    del request
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        journals = open_store(
            home=settings.CARELOOM_HOME,
            organisation=settings.CARELOOM_ORGANISATION,
            custody=settings.CARELOOM_CUSTODY,
        ).journals.unread()
    except Error:
        return JsonResponse({"status": "database does not answer"}, status=503)
    unread = {"unread": sum(one.messages for one in journals)} if journals else {}
    return JsonResponse({"status": "ok", **unread})

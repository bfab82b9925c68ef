"""Signing in and out with a local account."""

from typing import Any

from django.contrib.auth import logout
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from careloom.web import deps
from careloom.web.views.page import frame, signed_in
from careloom.web.views.problems import problem


class SignIn(LoginView):
    """The sign-in page. A wrong password counts towards the lock-out; there is no default account."""

    template_name = "web/sign_in.html"
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form, and why she was signed out."""
        found = super().get_context_data(**kwargs)
        said = "User name and password do not fit together. After five tries the account waits 15 minutes."
        return {
            **found,
            **frame(self.request),
            "away": "away" in self.request.GET,
            "sent": "sent" in self.request.GET,
            "problem": said,
        }

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Sign in, and say so in the audit log."""
        response = super().form_valid(form)
        deps.pipeline().store.audit.note(str(form.get_user().pk), "sign-in")
        return response


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Sign out; the session ends on the server."""
    if request.user.is_authenticated:
        deps.pipeline().store.audit.note(str(request.user.pk), "sign-out")
    logout(request)
    return redirect("sign_in")


@signed_in
def here(request: HttpRequest) -> HttpResponse:
    """Somebody is still reading: the session lives on."""
    del request
    return HttpResponse(status=204)


def locked_out(request: HttpRequest, *_: object, **__: object) -> HttpResponse:
    """The page after too many wrong passwords."""
    return problem(request, 429)

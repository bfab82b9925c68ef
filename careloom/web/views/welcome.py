"""A link that works once: somebody whom the administrator added, or who forgot it, chooses her own password."""

from typing import Any

from django.conf import settings
from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.views import PasswordResetConfirmView
from django.http import HttpResponse
from django.urls import reverse

from careloom.store.models import User
from careloom.web import deps
from careloom.web.views.page import frame


class Welcome(PasswordResetConfirmView):
    """Choose a password. The token leaves the address bar at once; the second factor stays as it is."""

    template_name = "web/welcome.html"
    post_reset_login = False

    def get_user(self, uidb64: str) -> User | None:
        """An active user of this organisation, or nobody."""
        found = super().get_user(uidb64)
        hers = (
            isinstance(found, User)
            and found.is_active
            and found.organisation == settings.CARELOOM_ORGANISATION
        )
        return found if hers else None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form, for whom it is, and what was wrong."""
        user = self.user if isinstance(self.user, User) else None
        found = {**super().get_context_data(**kwargs), **frame(self.request)}
        return {**found, "username": user.username if user else ""}

    def form_valid(self, form: "SetPasswordForm[User]") -> HttpResponse:
        """The password is hers; sessions under an older one end."""
        response = super().form_valid(form)
        store = deps.pipeline().store
        store.sign_ins.end_all(str(form.user.pk))
        store.audit.note(str(form.user.pk), "password")
        return response

    def get_success_url(self) -> str:
        """To the sign-in page: the new password is tried at once."""
        return f"{reverse('sign_in')}?chosen=1"

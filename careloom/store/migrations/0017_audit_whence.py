"""An audit event says from where, through what, for what purpose, and how it ended."""

from django.db import migrations, models

from careloom.store import triggers

APPEND_ONLY = ("store_auditevent",)


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0018_worklist"),
    ]

    # SQLite makes a table anew to add a column, and its triggers go with the old one.
    operations = [
        triggers.Changeable(APPEND_ONLY),
        migrations.AddField("AuditEvent", "address", models.CharField(default="", max_length=64)),
        migrations.AddField("AuditEvent", "through", models.CharField(default="", max_length=64)),
        migrations.AddField("AuditEvent", "purpose", models.CharField(default="", max_length=16)),
        migrations.AddField("AuditEvent", "outcome", models.CharField(default="0", max_length=2)),
        migrations.AddField("AuditEvent", "form", models.SmallIntegerField(default=1)),
        migrations.AddIndex(
            "AuditEvent", models.Index(fields=["organisation", "actor", "at"], name="audit_actor")
        ),
        triggers.AppendOnly(APPEND_ONLY),
    ]

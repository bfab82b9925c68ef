"""What counts no more of a patient's resources is found without looking at the rest."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0040_standing_findings'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='resourceversion',
            index=models.Index(condition=models.Q(('superseded', True)), fields=['patient'], name='version_over'),
        ),
        migrations.AddIndex(
            model_name='resourceversion',
            index=models.Index(condition=models.Q(('withdrawn__isnull', False)), fields=['patient'], name='version_gone'),
        ),
    ]

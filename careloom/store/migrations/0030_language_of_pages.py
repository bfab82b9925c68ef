"""In which language somebody reads the pages."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("store", "0029_rulings")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="language",
            field=models.CharField(blank=True, default="", max_length=8),
        ),
    ]

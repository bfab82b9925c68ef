import careloom.store.ids
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0017_audit_whence'),
    ]

    operations = [
        migrations.CreateModel(
            name='StoredProgress',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('user', models.CharField(max_length=64)),
                ('version', models.IntegerField(default=1)),
                ('sealed', models.BinaryField()),
                ('proposal', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='begun', to='store.storedproposal')),
            ],
        ),
        migrations.AddConstraint(
            model_name='storedprogress',
            constraint=models.UniqueConstraint(fields=('proposal', 'user'), name='one_progress'),
        ),
    ]

import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("store", "0002_groups_by_meaning")]

    operations = [
        migrations.AddField(
            model_name="proposal",
            name="key",
            field=models.UUIDField(default=uuid.uuid4),
            preserve_default=False,
        ),
        migrations.AddField(model_name="proposal", name="search", field=models.TextField(default="")),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.UniqueConstraint(fields=("practice", "key"), name="one_proposal_a_form"),
        ),
    ]

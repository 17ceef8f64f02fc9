import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("stock", "0002_b"), ("store", "0002_changes")]
    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="Audio",
                    fields=[
                        ("product_ptr", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, serialize=False, to="store.product")),
                        ("length", models.DurationField()),
                    ],
                )
            ],
        ),
        migrations.AddField("audio", "cover", models.ImageField(null=True, upload_to="")),
        migrations.AlterField("shelf", "a", models.BigIntegerField(null=True)),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [("stock", "0001_a"), ("stock", "0002_b")]
    dependencies = []
    run_before = [("store", "0002_changes")]
    operations = [
        migrations.CreateModel(
            name="Shelf",
            fields=[("id", models.BigAutoField(primary_key=True)), ("a", models.IntegerField()), ("b", models.TextField(unique=True))],
        )
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("stock", "0001_a")]
    run_before = [("store", "0002_changes")]
    operations = [migrations.AddField("shelf", "b", models.TextField(unique=True))]

import uuid

import django.contrib.postgres.constraints
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models
from django.db.models import F, Q
from django.db.models.functions import Lower, Upper


def forwards(apps, schema_editor):
    schema_editor.execute("CREATE INDEX by_hand ON store_product USING gin (plain_text gin_trgm_ops)")
    Product = apps.get_model("store", "Product")
    Product.objects.filter(name="").update(name="none")


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("store", "0001_initial")]

    operations = [
        migrations.AddField("Product", "weight", models.FloatField(null=True)),
        migrations.AddField("product", "key", models.UUIDField(default=uuid.uuid4, null=True, unique=True)),
        migrations.AddField("product", "plain_text", models.TextField(default="", db_index=True)),
        migrations.AlterField("product", "weight", models.DecimalField(decimal_places=3, default=0, max_digits=9)),
        migrations.AlterField("product", "name", models.CharField(max_length=200, unique=True)),
        migrations.AlterField("product", "code", models.TextField(db_index=True)),
        migrations.AlterField("product", "id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
        migrations.AlterField("product", "site", models.URLField(db_column="site", null=True)),
        migrations.AlterUniqueTogether("product", {("name", "price", "rank")}),
        migrations.RemoveField("line", "old"),
        migrations.RenameField("line", "count", "amount"),
        migrations.RenameField("product", "first_tag", "main_tag"),
        migrations.RenameField("product", "tags", "labels"),
        migrations.RenameModel("Tag", "Label"),
        migrations.RenameModel("Line", "OrderLine"),
        migrations.AlterModelTable("orderline", "order_lines"),
        AddIndexConcurrently("product", django.contrib.postgres.indexes.GinIndex(
            django.contrib.postgres.indexes.OpClass(Upper("notes"), name="gin_trgm_ops"), name="notes_upper")),
        AddIndexConcurrently("product", models.Index(fields=["made"], name="to_go")),
        RemoveIndexConcurrently("product", "to_go"),
        migrations.AddIndex("product", models.Index(Lower("name").desc(), F("rank"), name="lower_name")),
        migrations.AddIndex("product", django.contrib.postgres.indexes.BrinIndex(fields=["made"], name="made_brin", pages_per_range=4)),
        migrations.AddIndex("product", django.contrib.postgres.indexes.HashIndex(fields=["code"], name="code_hash")),
        migrations.AddIndex("product", models.Index(fields=["rank"], include=["name"], name="rank_name",
            condition=Q(rank__gt=1) & ~Q(name="x") | Q(code__in=["a", "b"]))),
        migrations.RenameIndex("product", new_name="made_first", old_name="product_made"),
        migrations.RemoveIndex("product", "product_more"),
        migrations.AddConstraint("product", models.UniqueConstraint(Lower("name"), "owner", name="lower_owner")),
        migrations.AddConstraint("product", models.UniqueConstraint(fields=["rank", "made"], name="nulls_once", nulls_distinct=False)),
        migrations.AddConstraint("product", models.UniqueConstraint(fields=["made"], include=["rank"], name="made_once")),
        migrations.AddConstraint("product", django.contrib.postgres.constraints.ExclusionConstraint(
            name="one_at_a_time", expressions=[("span", "&&"), ("owner", "=")], condition=Q(span__isnull=False))),
        migrations.RemoveConstraint("product", "product_code_owner"),
        migrations.RemoveConstraint("product", "product_price"),
        migrations.RunSQL("ALTER TABLE store_product ADD COLUMN raw json", migrations.RunSQL.noop,
            state_operations=[migrations.AddField("product", "raw", models.TextField(null=True))]),
        migrations.RunSQL([
            "CREATE INDEX raw_keys ON store_product ((raw ->> 'a'))",
            ("ALTER TABLE store_product ALTER COLUMN raw SET DEFAULT %s", ["{}"]),
        ]),
        migrations.RunPython(forwards, migrations.RunPython.noop),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL("ALTER TABLE store_audio RENAME TO stock_audio")],
            state_operations=[migrations.DeleteModel("Audio")],
        ),
        migrations.AlterModelOptions("product", {"ordering": []}),
        migrations.AlterOrderWithRespectTo("orderline", None),
        migrations.CreateModel(
            name="Gone",
            fields=[("id", models.BigAutoField(primary_key=True)), ("labels", models.ManyToManyField(to="store.label"))],
        ),
        migrations.DeleteModel("Gone"),
        migrations.AddField("orderline", "articles", models.ManyToManyField(to="store.product")),
    ]

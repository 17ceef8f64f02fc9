import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import shop.fields
from django.conf import settings
from django.contrib.postgres.operations import BtreeGinExtension, BtreeGistExtension, HStoreExtension, TrigramExtension
from django.db import migrations, models
from django.db.models import Q
from django.db.models.functions import Lower


class Migration(migrations.Migration):
    initial = True

    dependencies = [migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        HStoreExtension(),
        TrigramExtension(),
        BtreeGinExtension(),
        BtreeGistExtension(),
        migrations.CreateModel(
            name="Tag",
            fields=[
                ("slug", models.SlugField(primary_key=True, serialize=False)),
                ("title", models.CharField(max_length=40, unique=True)),
                ("lower", models.GeneratedField(expression=Lower("title"), output_field=models.TextField(), db_persist=True)),
            ],
        ),
        migrations.CreateModel(
            name="Product",
            fields=[
                ("id", models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(db_index=True, max_length=120)),
                ("code", shop.fields.CodeField(max_length=12, unique=True)),
                ("plain", shop.fields.PlainField(default=dict)),
                ("attributes", models.JSONField(default=dict)),
                ("more", shop.fields.DocumentField(null=True)),
                ("price", models.DecimalField(decimal_places=2, max_digits=12)),
                ("words", django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), size=None)),
                ("pairs", django.contrib.postgres.fields.HStoreField(default=dict)),
                ("span", django.contrib.postgres.fields.DateTimeRangeField(null=True)),
                ("site", models.URLField(db_column="home_page")),
                ("rank", models.PositiveIntegerField(db_default=0)),
                ("notes", models.TextField(blank=True)),
                ("made", models.DateTimeField(auto_now_add=True)),
                ("tags", models.ManyToManyField(to="store.tag")),
                ("owner", models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, to=settings.AUTH_USER_MODEL)),
                ("similar", models.ManyToManyField(to="store.product", db_table="similar_products")),
                ("first_tag", models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="store.tag")),
                ("by_title", models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="store.tag", to_field="title")),
            ],
            options={
                "ordering": ["name"],
                "unique_together": {("name", "price")},
                "index_together": set(),
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(fields=["attributes"], name="product_attributes"),
                    django.contrib.postgres.indexes.GinIndex(fields=["more"], name="product_more", opclasses=["jsonb_path_ops"]),
                    models.Index(fields=["-made", "name"], name="product_made"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("code", "owner"), name="product_code_owner"),
                    models.UniqueConstraint(condition=Q(("owner__isnull", True)), fields=("rank",), name="product_unowned"),
                    models.CheckConstraint(condition=Q(price__gte=0), name="product_price"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Audio",
            fields=[
                ("product_ptr", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, serialize=False, to="store.product")),
                ("length", models.DurationField()),
            ],
        ),
        migrations.CreateModel(
            name="Cheap", fields=[], options={"proxy": True, "indexes": [], "constraints": []}, bases=("store.product",)
        ),
        migrations.CreateModel(
            name="Outside",
            fields=[("id", models.BigAutoField(primary_key=True))],
            options={"managed": False, "db_table": "outside"},
        ),
        migrations.CreateModel(
            name="Line",
            fields=[
                ("product", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="store.cheap")),
                ("count", models.PositiveSmallIntegerField(default=1)),
                ("old", models.BinaryField(null=True)),
                ("kind", models.CharField(max_length=8, null=True)),
                ("tags", models.ManyToManyField(to="store.tag")),
                ("after", models.ManyToManyField(to="store.line")),
            ],
            options={"order_with_respect_to": "product"},
        ),
    ]

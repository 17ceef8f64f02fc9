from django.db import models


class CodeField(models.CharField):
    description = "a short code"


class DocumentField(models.JSONField):
    pass


class PlainField(DocumentField):
    def db_type(self, connection):
        return "json"

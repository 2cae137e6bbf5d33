"""Files that wait between the preview of an import and its confirmation."""

from django.db import models

from visits.models.imports import ImportBatch


class Upload(models.Model):
    """The file of a batch that was previewed; gone once it is imported. Any web worker can go on with it."""

    batch = models.OneToOneField(ImportBatch, on_delete=models.CASCADE, related_name="upload")
    content = models.BinaryField()

    def __str__(self) -> str:
        return str(self.batch)

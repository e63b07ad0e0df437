from django.db import migrations


class Migration(migrations.Migration):
    """The recorded dates of rounds get their own name; the table keeps the one the journal knows."""

    dependencies = [("collection", "0001_initial")]

    operations = [
        migrations.AlterModelTable(name="round", table="collection_round"),
        migrations.RenameModel(old_name="Round", new_name="RoundDate"),
    ]

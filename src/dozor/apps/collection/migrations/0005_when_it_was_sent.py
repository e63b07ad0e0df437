from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ('collection', '0004_records_of_answers'),
    ]

    operations = [
        migrations.AddField(
            model_name='receipt',
            name='sent_on',
            field=models.DateField(null=True),
        ),
    ]

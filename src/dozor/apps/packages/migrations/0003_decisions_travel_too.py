from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('packages', '0002_what_goes_back_and_what_is_asked'),
    ]

    operations = [
        migrations.AlterField(
            model_name='package',
            name='kind',
            field=models.CharField(choices=[('submission', 'Submission'), ('sent-back', 'Sent Back'), ('judged', 'Judged'), ('request', 'Request')], default='submission', max_length=20),
        ),
    ]

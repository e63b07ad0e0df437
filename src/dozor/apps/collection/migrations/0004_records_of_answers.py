from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ('collection', '0003_rounds_forms_phones_submissions'),
    ]

    operations = [
        # a submission is what an agency hands in; one filled form is a record of answers
        migrations.RenameModel('Submission', 'AnswerRecord'),
        migrations.AlterModelTable('answerrecord', 'collection_submission'),
        migrations.AlterField(
            model_name='answerrecord',
            name='round',
            field=models.ForeignKey(on_delete=models.deletion.PROTECT, related_name='records', to='collection.round'),
        ),
        migrations.RemoveConstraint('attachment', 'one_file_of_a_name'),
        migrations.RenameField('attachment', 'submission', 'answer_record'),
        migrations.AddConstraint(
            model_name='attachment',
            constraint=models.UniqueConstraint(fields=('answer_record', 'file_name'), name='one_file_of_a_name'),
        ),
        migrations.RenameField('quarantinedecision', 'submission', 'answer_record'),
    ]

import django.db.models.functions.text
from django.db import migrations, models
from django.db.models import F
from django.db.models.functions import Lower

CHANGE = 2


def let_one_keep_each_address(apps, schema_editor):
    """Of several accounts with one address the one in use keeps it; the log of the others says which they had."""
    User = apps.get_model("visits", "User")
    LogEntry = apps.get_model("admin", "LogEntry")
    ContentType = apps.get_model("contenttypes", "ContentType")
    found = User.objects.exclude(email="").annotate(key=Lower("email"))
    keeper = None
    for user in found.order_by("key", "-is_active", F("last_login").desc(nulls_last=True), "pk"):
        if keeper is None or keeper.key != user.key:
            keeper = user
            continue
        kind, _ = ContentType.objects.get_or_create(app_label="visits", model="user")
        LogEntry.objects.create(
            user=user,
            content_type=kind,
            object_id=str(user.pk),
            object_repr=user.username,
            action_flag=CHANGE,
            change_message=f"The email address {user.email} was left to {keeper.username}, who has it, too.",
        )
        User.objects.filter(pk=user.pk).update(email="")
    # Or the index would have to wait for the checks of the rows above.
    schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    schema_editor.execute("SET CONSTRAINTS ALL DEFERRED")


class Migration(migrations.Migration):

    dependencies = [
        ('admin', '0003_logentry_add_action_flag_choices'),
        ('auth', '0012_alter_user_first_name_max_length'),
        ('contenttypes', '0002_remove_content_type_name'),
        ('visits', '0005_imports'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='user',
            options={'verbose_name': 'account', 'verbose_name_plural': 'accounts'},
        ),
        migrations.AddField(
            model_name='user',
            name='link_sent_at',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='user',
            name='wants_mail',
            field=models.BooleanField(default=True, help_text="A mail about what waits for review, and about what became of one's own tours and meetings.", verbose_name='mail about reviews'),
        ),
        migrations.RunPython(let_one_keep_each_address, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.UniqueConstraint(django.db.models.functions.text.Lower('email'), condition=models.Q(('email', ''), _negated=True), name='user_email_once', violation_error_message='Another account has this email address.'),
        ),
    ]

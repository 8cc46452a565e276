"""The outbox, mails, and the diary of what runs by itself."""

from storefront.notifications.delivery import drain, drain_all, drain_slow, render_mail
from storefront.notifications.diary import (
    KnownJob,
    announce_jobs,
    beat,
    condition,
    job_states,
    known_jobs,
    request_run,
    requested,
    run_job,
    worker_is_silent,
)
from storefront.notifications.models import JobRun, Mail, Outbox
from storefront.notifications.outbox import (
    MailDraft,
    mail_topic,
    queue_mail,
    queue_task,
    release_abandoned,
    send_again,
    task_topic,
)

__all__ = [
    "JobRun",
    "KnownJob",
    "Mail",
    "MailDraft",
    "Outbox",
    "announce_jobs",
    "beat",
    "condition",
    "drain",
    "drain_all",
    "drain_slow",
    "job_states",
    "known_jobs",
    "mail_topic",
    "queue_mail",
    "queue_task",
    "release_abandoned",
    "render_mail",
    "request_run",
    "requested",
    "run_job",
    "send_again",
    "task_topic",
    "worker_is_silent",
]

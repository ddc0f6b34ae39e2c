"""Mail as a Celery task and nothing else: no outbox, no record. What a kill of its worker loses is lost."""

import os
import smtplib
import sys
from functools import cache

from celery import Celery

app = Celery("mailing", broker=os.environ["REDIS_URL"])
app.conf.update(task_ignore_result=True, broker_connection_retry_on_startup=True)
TEXT = "Subject: A test\r\nMessage-ID: <{number}@bare>\r\nTo: somebody@bare.example\r\n\r\nA line.\r\n"


@cache
def line() -> smtplib.SMTP:
    """One connection for as long as the worker lives."""
    return smtplib.SMTP("127.0.0.1", int(os.environ["MAIL_PORT"]))


@app.task(name="mailing.send")
def send(number: int) -> None:
    line().sendmail("bare@bare.example", "somebody@bare.example", TEXT.format(number=number))


if __name__ == "__main__":
    for one in range(int(sys.argv[1])):
        send.delay(one)

"""What stays behind in the database: nothing personal in clear, in no table, no audit row, no argument of a job."""

from __future__ import annotations

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from foundation.audit.models import AuditEvent
from tests.access.traces import NUMBERS, leaks, leaks_in_tables
from tests.access.world import World

pytestmark = pytest.mark.django_db


def test_no_table_holds_anything_personal_in_clear(world: World) -> None:
    with connection.cursor() as cursor:
        found = leaks_in_tables(cursor)
    assert AuditEvent.objects.exists()
    assert ProcrastinateJob.objects.exists()
    assert found == []


def test_what_is_looked_for_is_found() -> None:
    clear = '{"name": "\\u5f20\\u793a\\u4f8b", "id": "310101198501019190", "to": "19900000001"}'
    assert [leak.partition("：")[0] for leak in leaks(clear)] == ["姓名", "证件号码", "手机号"]
    assert list(leaks("310***********9190 199****0001 张**", NUMBERS)) == []

"""qideng sandbox load_stories: bring the people, companies and addresses up to data/stories."""

from __future__ import annotations

from django.core.management.base import BaseCommand

from sandbox.world.stories import stories_load


class Command(BaseCommand):
    help = "装入故事里的人、企业和地址（可以重复执行）"

    def handle(self, *args: object, **options: object) -> None:
        count = stories_load()
        self.stdout.write(f"挡板：{count['people']} 人，{count['companies']} 家企业，{count['places']} 个地址")

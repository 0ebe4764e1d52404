"""Jobs of the papers."""

from __future__ import annotations

from foundation.jobs import job


@job(queue="papers", attempts=5)
def paper_make(paper_id: int, day: str) -> None:
    """Set one paper. Idempotent: a paper that is set already, or replaced, is left alone."""
    from reg.materials.models import Paper
    from reg.materials.services import paper_set

    paper = Paper.objects.get(pk=paper_id)
    if paper.state == Paper.State.QUEUED:
        paper_set(paper, day)


@job(queue="papers", attempts=5)
def upload_make(upload_id: int) -> None:
    """Straighten what is not straight yet, then put the parts together. Continues where a killed worker stopped."""
    from reg.materials.models import Upload
    from reg.materials.uploads import upload_put_together

    upload = Upload.objects.filter(pk=upload_id).first()
    if upload is not None and upload.working:
        upload_put_together(upload)

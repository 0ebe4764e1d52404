"""For tests in a browser: what the page of a ceremony shows while it is signed, noted at every change of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

SEEN = "qideng-seen"
WATCH = """key => {
    const number = name => Number(document.querySelector(`.q-tiles [data-q="${name}"]`).textContent);
    const states = [...document.querySelectorAll("#papers li")];
    const rows = word => states.filter(row => row.querySelector(".q-st").textContent.includes(word)).length;
    const look = () => ({
        ring: Number(document.querySelector(".q-ring b").textContent),
        arc: parseFloat(document.querySelector(".q-ring .v")?.getAttribute("stroke-dasharray") || "0"),
        total: number("total"), done: number("done"), running: number("running"),
        queued: number("queued"), failed: number("failed"),
        rows: [rows("签好了"), rows("正在处理"), rows("排队"), rows("没有签")],
        text: document.querySelector("q-progress [data-q=text]").textContent,
    });
    const seen = [look()];
    const keep = () => sessionStorage.setItem(key, JSON.stringify(seen));
    keep();
    new MutationObserver(() => { seen.push(look()); keep(); })
        .observe(document.querySelector("main"), {childList: true, characterData: true, subtree: true});
}"""
"""A script that notes it: `page.evaluate(WATCH, SEEN)`. The notes outlive the page: `page.evaluate(NOTED, SEEN)`."""
NOTED = "key => JSON.parse(sessionStorage.getItem(key))"


def agree(seen: Sequence[dict[str, Any]], total: int) -> None:
    """Whatever was noted was one truth at each moment: ring, tiles and list. What was signed once stays signed."""
    for one in seen:
        four = [one["done"], one["running"], one["queued"], one["failed"]]
        if not one["rows"] == four or not sum(four) == one["total"] == total or one["ring"] != one["done"]:
            raise AssertionError(f"ring, tiles and list do not agree: {one}")
    done = [one["done"] for one in seen]
    if done != sorted(done):
        raise AssertionError(f"the number of those signed went back: {done}")

"""The layers that import-linter holds: those of the code. Tests stand beside it and may call anything to set up a case."""

from __future__ import annotations

from grimp import ImportGraph
from importlinter.contracts.layers import LayersContract
from importlinter.domain.contract import ContractCheck

HELPERS = {"testing", "conftest"}


def is_test(module: str) -> bool:
    """Whether a module only serves tests: test_x, testing, conftest."""
    last = module.rsplit(".", 1)[-1]
    return last.startswith("test_") or last in HELPERS


class CodeLayersContract(LayersContract):
    """`layers`, with the tests left out."""

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        for module in [module for module in graph.modules if is_test(module)]:
            graph.remove_module(module)
        return super().check(graph, verbose)

"""The audit before publishing: every rule of the contracts, judged by Great Expectations.

The only module that imports Great Expectations, and only inside a call, since that takes two seconds.
"""

from __future__ import annotations

import logging
import os
import sys
import warnings
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from copydesk.check.contracts import Contract, Rule, Table, load_contract
from copydesk.check.findings import LATEST_DATE, Findings, Tally, read_findings
from copydesk.check.frames import COUNT, NUMBER, PART, checked_frames
from copydesk.errors import AuditError, ContractError
from copydesk.rows import AuditRow

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

NOT_NULL = "expect_column_values_to_not_be_null"
# Loaded for an expectation about distributions, and for its chart: a second of CPU. No contract names it.
SELDOM_NEEDED = ("altair", "scipy.stats")


def audit_tables(
    tables: Mapping[Table, Path],
    *,
    run_id: str,
    latest_date: datetime,
    scratch: Path,
    judged: Collection[Table] | None = None,
    contracts: Iterable[Contract] = (),
    last: Path | None = None,
    remember: Path | None = None,
) -> tuple[AuditRow, ...]:
    """What each rule finds in these tables, by table and rule; only in those `judged`, where they are named.

    No date of an article may lie after `latest_date`; `scratch` is for what does not fit into memory. `contracts`
    stand in for the bundled ones. Where `remember` names a file, findings go into it, and what `last`, such a file, says of parts
    of the tables that are still the same is not found out again. Raises ContractError for a rule that cannot be judged.
    """
    given = {contract.table: contract for contract in contracts}
    asked = [
        given.get(table) or load_contract(table) for table in tables if judged is None or table in judged
    ]
    findings = read_findings(last if remember else None, latest_date)
    validator: _Validator | None = None
    for contract, frame, keys in checked_frames(asked, tables, scratch, findings.takes if remember else None):
        validator = validator or _Validator(latest_date)
        validator.judge(contract, frame, keys, findings)
    if remember:
        findings.write(remember, asked)
    return tuple(
        _row(run_id, contract.table, rule, findings.total(contract.table, rule.name))
        for contract in asked
        for rule in contract.rules
    )


def refuse_critical(findings: Iterable[AuditRow]) -> None:
    """Raise AuditError naming table, rule and rows, where a critical rule does not hold."""
    failed = [finding for finding in findings if finding.severity == "critical" and not finding.success]
    if not failed:
        return
    first = failed[0]
    rows = ", ".join(first.sample[:5]) + (", …" if first.failed_count > 5 else "")
    more = f"; {len(failed) - 1} more critical rules failed" if len(failed) > 1 else ""
    raise AuditError(
        f"audit: table {first.table}, rule {first.rule}: expected it to hold of every row, found {first.failed_count} of"
        f" {first.checked_count} rows that break it: {rows}{more}; nothing was published"
    )


def _row(run_id: str, table: Table, rule: Rule, tally: Tally) -> AuditRow:
    allowed = 1 - rule.mostly
    return AuditRow(
        run_id=run_id,
        table=table,
        rule=rule.name,
        expectation=rule.expectation,
        column=rule.column,
        severity=rule.severity,
        # the same comparison as Great Expectations makes, over all rows
        success=tally.checked == 0 or (tally.checked - tally.failed) / tally.checked >= rule.mostly,
        checked_count=tally.checked,
        failed_count=tally.failed,
        allowed_share=round(allowed, 6),
        observed=f"{tally.failed} of {tally.checked} rows break it",
        sample=tuple(tally.sample),
    )


class _Later(ModuleType):
    """Stands for a module until something in it is asked for."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)  # what the import system looks for in any module
        return getattr(import_module(self.__name__), name)


@contextmanager
def _loaded_when_asked(names: Iterable[str]) -> Iterator[None]:
    """Whoever imports one of these modules meanwhile gets it without the time that loading it takes.

    `importlib.util.LazyLoader` would load it at once: Python 3.11 looks at the `__spec__` of what is imported.
    """
    waiting = {name: _Later(name) for name in names if name not in sys.modules}
    sys.modules.update(waiting)
    try:
        yield
    finally:
        for name in waiting:
            del sys.modules[name]


class _Validator:
    """Great Expectations in memory, silent and without telemetry."""

    def __init__(self, latest_date: datetime) -> None:
        os.environ["GX_ANALYTICS_ENABLED"] = "False"  # read when it is imported
        with _loaded_when_asked(SELDOM_NEEDED):
            import great_expectations as gx
        from great_expectations.data_context.types.base import ProgressBarsConfig

        logging.getLogger("great_expectations").setLevel(logging.ERROR)
        context = gx.get_context(mode="ephemeral")
        context.enable_analytics(False)
        context.variables.progress_bars = ProgressBarsConfig(globally=False)
        self._source = context.data_sources.add_pandas("staged")
        self._suites: dict[Table, tuple[Any, Any]] = {}
        self._parameters = {LATEST_DATE: latest_date.isoformat()}

    def judge(
        self, contract: Contract, frame: pd.DataFrame, keys: pa.ChunkedArray, findings: Findings
    ) -> None:
        """Add what these groups of rows show to the findings; `keys` are some of each group."""
        definition, suite = self._suite(contract)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            asked_of = frame.drop(columns=[COUNT, PART])
            outcome = definition.get_batch(batch_parameters={"dataframe": asked_of}).validate(
                suite,
                result_format={"result_format": "COMPLETE", "unexpected_index_column_names": [NUMBER]},
                expectation_parameters=self._parameters,
            )
        if len(outcome.results) != len(contract.rules):
            raise ContractError(
                f"schemas/{contract.table}.yaml: expected {len(contract.rules)} rules judged, found {len(outcome.results)}"
            )
        for judged in outcome.results:
            name = judged.expectation_config.meta["rule"]
            result = judged.result
            if "unexpected_count" not in result:
                raise ContractError(
                    f"schemas/{contract.table}.yaml: rule {name}: {_reason(judged.exception_info)}"
                )
            groups = [row[NUMBER] for row in result.get("unexpected_index_list") or ()]
            if len(groups) != result["unexpected_count"]:
                raise ContractError(
                    f"schemas/{contract.table}.yaml: rule {name}: expected {result['unexpected_count']} groups,"
                    f" found {len(groups)}"
                )
            asked = frame[judged.expectation_config.kwargs["column"]]
            is_asked_of_null = judged.expectation_config.type == NOT_NULL
            counts = frame[COUNT] if is_asked_of_null else frame[COUNT].where(asked.notna(), 0)
            broken = frame.iloc[groups]
            for part, checked in counts.groupby(frame[PART]).sum().items():
                here = broken[broken[PART] == part]
                sample = [key for group in here[NUMBER] for key in keys[group].as_py()]
                findings.add(str(part), contract.table, name, int(checked), int(here[COUNT].sum()), sample)

    def _suite(self, contract: Contract) -> tuple[Any, Any]:
        if contract.table not in self._suites:
            from great_expectations.core.expectation_suite import ExpectationSuite
            from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

            asset = self._source.add_dataframe_asset(contract.table)
            # Not added one by one: that replaces an expectation of the same type on the same column.
            expectations = [
                ExpectationConfiguration(
                    type=rule.expectation,
                    kwargs={"column": rule.column, **rule.arguments},
                    severity=rule.severity,
                    meta={"rule": rule.name},
                ).to_domain_obj()
                for rule in contract.rules
            ]
            suite = ExpectationSuite(name=contract.table, expectations=expectations)
            self._suites[contract.table] = asset.add_batch_definition_whole_dataframe("rows"), suite
        return self._suites[contract.table]


def _reason(exception_info: Mapping[str, Any]) -> str:
    """Great Expectations nests the message one level down, by metric, where a metric failed."""
    for info in (exception_info, *exception_info.values()):
        if isinstance(info, Mapping) and info.get("exception_message"):
            return f"it could not be judged: {str(info['exception_message']).splitlines()[0]}"
    return "it is no expectation about single rows, so its counts cannot be added up"

"""The ports of the registration system: every question it asks outside, in one list."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from foundation.outside.lookups import Port
from reg.integrations import (
    address,
    agent_filing,
    licence_store,
    mobile_owner,
    national,
    population,
    property,
    publicity,
    watchlist,
)

_ALL = (
    Port("mobile_owner", "手机实名核验", mobile_owner.check),
    Port("population", "人口库实人核验", population.check),
    Port("watchlist_person", "人员监控和失信查询", watchlist.person, valid=timedelta(hours=12), system="watchlist"),
    Port("watchlist_company", "企业限制名单查询", watchlist.company, valid=timedelta(hours=12), system="watchlist"),
    Port("abnormal", "经营异常名录查询", publicity.abnormal, valid=timedelta(hours=12), system="publicity"),
    Port("pending_matters", "未了结案件查询", publicity.pending_matters, valid=timedelta(hours=12), system="publicity"),
    Port("national_company", "外省市企业登记情况查询", national.company, valid=timedelta(hours=12), system="national"),
    Port("agent_filing", "代理人备案查询", agent_filing.check),
    Port("property", "规资产权核验", property.check),
    Port("std_address", "标准地址库查询", address.standard, system="address"),
    Port("frozen_address", "冻结地址查询", address.frozen, valid=timedelta(hours=12), system="address"),
    Port("address_density", "同址户数查询", address.density, valid=timedelta(hours=12), system="address"),
    Port("centralized_address", "集中登记地查询", address.centralized, system="address"),
    Port("licence_store", "电子证照库查询", licence_store.query),
)

PORTS: Mapping[str, Port] = {port.name: port for port in _ALL}

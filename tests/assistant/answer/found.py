"""Search results for tests: real values of the index, made from a few lines of text."""

from __future__ import annotations

from indexer.model import Anchor, Hit, Passage, SearchResult


def hit(number: int, name: str, *texts: str, score: float = 0.9) -> Hit:
    """A file with these passages, the first the best."""
    passages = tuple(
        Passage(number * 10 + place, number, text, Anchor(page=place + 1), "", 1.0 - place / 10)
        for place, text in enumerate(texts)
    )
    return Hit(
        file_id=number,
        path=f"/home/lin/Documents/{name}",
        name=name,
        score=score,
        matched=("text",),
        snippet=texts[0][:80] if texts else "",
        highlights=(),
        anchor=Anchor(page=1),
        kind=name.rpartition(".")[2],
        size=1000,
        modified=1_700_000_000.0,
        passages=passages,
    )


def found(*documents: tuple[str, ...], answerable: float = 0.9) -> SearchResult:
    """What a search found: (name, passage, ...) each, the best file first."""
    hits = tuple(
        hit(number, name, *texts, score=0.95 - 0.05 * number) for number, (name, *texts) in enumerate(documents)
    )
    return SearchResult(hits, len(hits), ("name", "text"), answerable, 5.0)


LEASE = (
    "lease_final2.docx",
    (
        "Assured Shorthold Tenancy Agreement\nProperty: Flat 3, 18 Alma Vale Terrace, Bristol. Landlord: Mr G. Pemberton."
        " Tenant: Ms Nora Lin.\nRent is £1,240 per calendar month, payable on the third of each month. Deposit: £1,430,"
        " held by the deposit scheme. Term: twelve months with a break clause after six months on two months' notice."
    ),
)
POLICY = (
    "contents insurance.pdf",
    "Policy number TM-7741-208. Sum insured: £28,000. Excess: £150 for all claims, £350 for escape of water.",
)
FERRY = (
    "download.pdf",
    "Ferry timetable, Penarth to Minehead, summer\nDepartures 09:15, 13:40 and 18:05 daily except Monday.",
)
ZH_LEASE = (
    "租房合同_终稿.docx",
    "出租方：林若楠 承租方：何志远\n房屋地址：绍兴市越城区书圣故里12号302室。\n月租金人民币2900元，押二付三。租期两年，提前退租需赔付一个月租金。",
)
ZH_FUND = (
    "公积金提取流程.docx",
    "先在线上预约，再到越城分中心三号窗口。账户余额为人民币21,480元。办理时限三个工作日。",
)
ZH_TRADITIONAL = ("體檢報告.pdf", "台北榮民總醫院體檢報告\n血壓142/88毫米汞柱，偏高。空腹血糖6.3，建議三個月後複查。")
EVERYTHING = (LEASE, POLICY, FERRY, ZH_LEASE, ZH_FUND, ZH_TRADITIONAL)

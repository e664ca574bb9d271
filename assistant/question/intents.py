"""What a query wants: a file found, a question answered, files listed or counted; and in which order."""

from __future__ import annotations

import re
from typing import Literal

from assistant.question.sketch import B, E, F, K, Q, T, W

Intent = Literal["find", "ask", "list", "count"]
Order = Literal["", "newest", "oldest", "largest", "smallest"]

_GENERIC_EN = r"(?:files?|documents?|docs?|things?|items?|stuff|folders?|attachments?)"
_PAPERS_EN = (
    r"(?:invoices?|bills?|receipts?|reports?|contracts?|agreements?|letters?|notes|statements?|minutes|papers?|recipes?|copies|versions?"
    r"|drafts?|proposals?|certificates?|tickets?|payslips?|quotes?|forms?|leases?|manuals?|books?|scans?|screenshots?|presentations?|photos?"
    r"|pictures?|images?|videos?|songs?|spreadsheets?|emails?|pdfs?)"
)
_GENERIC_ZH = r"(?:文件|档案|檔案|文档|文檔|东西|東西|资料|資料)"
_PAPERS_ZH = r"(?:发票|發票|合同|账单|帳單|报告|報告|笔记|筆記|简历|照片|图片|圖片|截图|表格|表|单据|收据|论文|邮件|视频|幻灯片|录音|方案|纪要|电子书)"


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


_COUNT = _any(
    rf"{B}how many\s(?:[\w'-]+\s){{0,3}}?(?:{K}|{W}|{_GENERIC_EN}{E})",
    rf"{B}how many\s(?:[\w'-]+\s){{0,3}}?{_PAPERS_EN}{E}(?=\s*\??$|[^?]{{0,80}}(?:do (?:i|we)|have i|did i (?:save|make|keep)|are there|there are|{F}))",
    rf"{B}how many\s[^?]{{1,60}}?(?:in|under|inside)?\s?{F}",
    rf"{B}(?:number|count) of\s(?:[\w'-]+\s){{0,3}}?(?:{K}|{W}|{_GENERIC_EN}{E})",
    rf"^count\s(?:all\s|my\s|the\s)*(?:[\w'-]+\s){{0,3}}?(?:{K}|{W}|{_GENERIC_EN}{E}|{_PAPERS_EN}{E})",
    r"(?:几|幾|多少)(?:份|封|篇)",
    rf"(?:几|幾|多少)\s?(?:个|個|张|張|首|段|本|部)\s?(?:{K}|{W}|{_GENERIC_ZH}|{_PAPERS_ZH})",
    rf"(?:有|共|是)(?:几|幾|多少)\s?(?:{K}|{W}|{_GENERIC_ZH}|{_PAPERS_ZH})",
    rf"(?:文件|{K}|{W})的?(?:数量|个数|總數|总数)",
    rf"(?:{K}|{W}|{_GENERIC_ZH}|{_PAPERS_ZH})(?:一共|总共|總共|共)?(?:有|是)?(?:几|幾|多少)(?:个|個|张|張|份|封|篇|段|部)\s*[?？]?$",
)
_LIST = _any(
    r"^(?:please\s)?(?:list|enumerate)\s",
    r"^(?:please\s)?(?:show|give|find|get)\s(?:me\s)?(?:all|every|everything)(?![a-z])",
    rf"^(?:all|every)\s(?:of\s)?(?:the\s|my\s)?(?:[\w'-]+\s){{0,2}}?(?:{K}|{W}|{_GENERIC_EN}{E})",
    rf"^every(?:thing)?\s(?:{T}|{F}|in\s|under\s|from\s|about\s|on\s|i\s)",
    rf"{B}(?:what|which)\s(?:{_GENERIC_EN}|{K}|{W})\s?(?:{T}|{F}|did|do|have|are|were|was|is|i|we|has|that|in|from|changed|modified|there)(?![a-z])",
    rf"^what(?:'s| is| are| do i have)?\s(?:there\s|new\s|saved\s)?(?:{F}|in\s(?:the\s|my\s)?{F})",
    rf"^what\s(?:did|have|was|were)\s(?:i|we)\s(?:been\s)?(?:work|working|worked|edit|edited|change|changed|modify|modified|sav|saved|download|downloaded|creat|created)e?(?:\son)?\s?{T}",
    rf"^what(?:'s| was| has| is)?\s(?:new|changed|recent)\s?{T}?\s*\??$",
    r"列出|列一下|列举|列舉|罗列|羅列|列个清单",
    rf"(?:所有|全部|每(?:个|一个|份|张))的?\s?(?:[\w]{{0,6}}的)?(?:{K}|{W}|{_GENERIC_ZH})",
    rf"(?:有|是)(?:哪些|哪几个)\s?(?:{K}|{W}|{_GENERIC_ZH}|{_PAPERS_ZH}|$)|哪些(?:{K}|{W}|{_GENERIC_ZH})",
    rf"{F}(?:里面|里|裡面|裡|中|下面|下|上)?(?:都|还)?(?:有|存|放)(?:了|着)?(?:什么|甚麼|哪些|啥)",
    rf"^(?:我)?{T}(?:我)?(?:都|在)?(?:修改|编辑|改|写|做|弄|下载|保存|新建|忙)(?:了|过)?(?:什么|哪些|啥)",
)
_FIND = _any(
    r"^(?:so\s|and\s)?where\s(?:did|do|can|could|have|has)\s(?:i|we)\s(?:put|save|saved|store|stored|keep|kept|find|file|filed|leave|left)(?![a-z])",
    r"^(?:can|could|would|will)\s(?:you|u)\s(?:please\s)?(?:find|show|get|open|look|search|locate|bring|pull)(?![a-z])",
    r"^do you have\s(?:a|an|any|the|my)\s",
    r"^(?:please\s)?(?:find|show|search|look|locate|open|get|fetch|bring|pull)(?![a-z])",
    r"^(?:i'm|i am|im|i was|we're|we are)\s(?:still\s)?(?:looking|searching|trying to find)",
    r"^i\s(?:need|want|would like|can't find|cannot find|can not find|lost|cant find)(?![a-z])",
    rf"^(?:do i have|have i got|is there|are there|do we have)\s(?:a|an|any|some|the|my)?\s?(?:[\w'-]+\s){{0,4}}?(?:{K}|{W}|{_GENERIC_EN}{E}|{_PAPERS_EN}{E}|{Q})",
    rf"^which\s(?:one\s|of\s(?:the|my)\s)?(?:{K}|{W}|{_GENERIC_EN}|{_PAPERS_EN})\s(?:has|have|had|is|was|are|mentions?|mentioned|contains?|shows?|talks?|says|about|with|did|do)(?![a-z])",
    r"(?:放|存|保存|藏|跑)(?:到|在)?了?哪(?:里|儿|裡|兒|了|去了|[?？]|$)",
    r"(?:帮我|幫我|请|請|麻烦)(?:找|搜|查找|打开)|找一下|找找|找到|^(?:找|搜)\s|^(?:我)?(?:想|要|在)找",
    rf"有没有|有沒有|^(?:是)?哪(?:个|個|份|张|張|一个|一份|篇)(?:{_GENERIC_ZH}|{_PAPERS_ZH}|{K}|{W})",
)
_PLACE = _any(
    r"^(?:so\s|and\s|please\s)?where(?:'s|s|\sis|\sare|\swas|\swere)\s",
    r"在哪(?:里|儿|裡|兒|个文件夹|個資料夾)?(?:呢|啊|呀)?\s*[?？]?$|^哪(?:里|儿)有",
)
_OF_FILES = _any(
    rf"{K}|{W}|{F}|{Q}|{B}(?:{_GENERIC_EN}|{_PAPERS_EN}|scans?){E}|{_GENERIC_ZH}|{_PAPERS_ZH}|{B}(?:my|our){E}|我的|扫描件"
)
_ASK = _any(
    r"[?？]\s*$",
    r"^(?:and\s|so\s|but\s|hey\s|hi\s|please\s|tell me\s|do you know\s)*(?:where|who|who's|whose|whom|what's|whats|when|when's|why|how|how's)(?![\w-])",
    r"^(?:and\s|so\s|tell me\s)*what\s(?!i\s|we\s|my\s|the\s\w+\ssaid)",
    r"^(?:and\s|so\s)*which(?![\w-])",
    r"^(?:is|are|was|were|does|do|did|can|could|should|would|will|has|have|had|am)\s(?:i|we|you|he|she|it|they|there|this|that|these|those|the|my|our|a|an|any|[a-z'-]+)\s",
    r",\s(?:who|what|when|why|how)\s(?:is|are|was|were|do|did|does|much|many|long|old|often|far|can|should)(?![a-z])",
    r"(?:什么|甚麼|什麼)(?:时候|時候|时间|是|叫|意思|原因|颜色|地方|日期|价格|样)|是什么|是什麼|叫什么|叫什麼|为什么|為什麼|为何|怎么|怎麼|怎样|怎樣|如何",
    r"多少|[几幾](?:点|點|号|號|月|年|岁|歲|次|天|位|人|楼|樓|层|層|元|块|塊|米|公斤|公里|分|小时|小時|个|個)|哪(?:天|年|月|位|家|一天|一年|个人)|谁|誰|多久|多长|多長|多大|多高|多远|多重",
    r"(?:吗|嗎|么|呢)\s*[?？。]?\s*$|是不是|是否|能不能|可不可以|要不要|需不需要",
)
_NOT_QUESTION_ZH = re.compile(r"(?:怎么|如何|怎样|怎樣|怎麼)[\w]{1,8}的(?:文件|文档|教程|说明|笔记|视频|那)")

_FILES_AFTER_EN = rf"(?:\s(?:(?:{_GENERIC_EN}|ones?|version|in|on)(?![a-z])|{K}|{W}|{F}|{T})|\s*\??\s*$)"
_FILES_AFTER_ZH = (
    rf"的?(?:[几幾\d一二三四五六七八九十]+(?:个|個|张|張))?(?:\s?(?:{K}|{W}|{_GENERIC_ZH}|{F})|\s*[?？]?$|是|在)"
)
_Orders = tuple[tuple[re.Pattern[str], Order], ...]
_EXTREMES: _Orders = (
    (
        _any(
            rf"{B}(?:biggest|largest|heaviest){_FILES_AFTER_EN}",
            rf"{B}(?:big|huge|large|enormous|giant)\s(?:{_GENERIC_EN}{E}|{K}|{W})",
            rf"(?:最大|最占空间|最佔空間|占空间最大|最占地方){_FILES_AFTER_ZH}",
            rf"(?<!最)大(?:型|的)?(?:文件(?!夹)|檔案|{K})|很大的(?:{_GENERIC_ZH}|{K})|占(?:用)?空间的",
        ),
        "largest",
    ),
    (_any(rf"{B}(?:smallest|tiniest){_FILES_AFTER_EN}", rf"最小{_FILES_AFTER_ZH}"), "smallest"),
)
_NEWEST: tuple[re.Pattern[str], Order] = (
    _any(
        rf"{B}(?:newest|latest|most recent|most recently|most up[- ]to[- ]date|up[- ]to[- ]date version)(?![a-z])",
        rf"{B}(?:recent|new)\s(?:{_GENERIC_EN}{E}|{K}|{W})",
        r"最新|最近的(?!一次)|最后(?:一版|一稿|的版本|版本)|最後(?:一版|一稿)|(?:现在|現在|目前|当前)(?:在)?用的",
    ),
    "newest",
)
_OLDEST: tuple[re.Pattern[str], Order] = (
    _any(rf"{B}(?:oldest|earliest)(?![a-z])|{B}old\s(?:files{E}|{K})", r"最早|最旧|最舊|最老的"),
    "oldest",
)
_VERSIONS: _Orders = (
    (
        _any(
            rf"{B}(?:final|newer|current) (?:one|version|draft|copy)(?![a-z])|{B}final$",
            r"终稿|終稿|定稿|终版|終版|最终版|最終版",
        ),
        "newest",
    ),
    (
        _any(rf"{B}(?:first|original|initial) (?:one|version|draft|copy)(?![a-z])", r"初稿|第一稿|第一版|最初的版本"),
        "oldest",
    ),
)


def asks(text: str) -> bool:
    """True when the text (with its marks) wants to be told something, not given files."""
    return intent_of(text) == "ask"


def intent_of(text: str) -> Intent:
    """What the text (with its marks) wants."""
    text = text.strip()
    if _COUNT.search(text):
        return "count"
    if _LIST.search(text):
        return "list"
    if _PLACE.search(text):
        # "Where is the lease?" looks for a file, "where is the head office?" for an answer.
        return "ask" if text.endswith(("?", "？")) and not _OF_FILES.search(text) else "find"
    if _FIND.search(text) or _wants_extreme(text) or _NOT_QUESTION_ZH.search(text):
        return "find"
    return "ask" if _ASK.search(text) else "find"


_NEWEST_FILE = re.compile(
    rf"{B}(?:newest|latest|most recent|oldest|earliest)\s(?:{_GENERIC_EN}{E}|{K}|{W}|{F})", re.IGNORECASE
)


def _wants_extreme(text: str) -> bool:
    return bool(re.match(r"(?:what(?:'s| is| are)|which (?:is|are|one is))\s", text, re.IGNORECASE)) and any(
        pattern.search(text) for pattern in (*(pattern for pattern, _ in _EXTREMES), _NEWEST_FILE)
    )


def order_of(text: str, intent: Intent) -> tuple[Order, str]:
    """The order that is asked for, and by which words. Names of versions ("初稿") count only where files are looked for."""
    tables = (_NEWEST,) if intent == "ask" else (*_EXTREMES, _NEWEST, _OLDEST, *_VERSIONS)
    found = ((order, pattern.search(text)) for pattern, order in tables)
    return next(((order, match[0].strip()) for order, match in found if match), ("", ""))

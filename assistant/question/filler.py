"""Words around what is meant: "where did I put", "帮我找一下", "the file about", "那个"."""

from __future__ import annotations

import re

from assistant.question.sketch import HAN, MARK, Q, T

_OPENINGS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"^(?:hi|hey|hello|ok|okay|please|pls|so|well|docent|um+)(?![\w'-])[\s,]*",
        r"^(?:can|could|would|will)\s(?:you|u)\s(?:please\s|kindly\s)?(?=find|show|get|open|look|search|locate|list|bring|pull|help|tell)",
        r"^help\sme\s(?:to\s)?(?=find|look|search|locate)",
        r"^(?:i'm|i am|im|i was|we're|we are)\s(?:still\s)?(?:looking|searching)\s(?:for|up)\s",
        r"^(?:i'm|i am|im)\s(?:trying|unable)\sto\s(?:find|locate)\s",
        r"^i\s(?:need|want|would like|can't find|cannot find|cant find|can not find|lost|am after)\s(?:to\s(?:find|see|open|get)\s)?",
        r"^where(?:'s|s|\sis|\sare|\swas|\swere|\sdid\s(?:i|we)\s(?:put|save|store|keep|leave|file)|\s(?:have|do)\s(?:i|we)\s(?:put|saved|stored|kept|keep|have)|\s(?:can|could)\s(?:i|we)\sfind)(?![\w'])\s?",
        r"^(?:find|show|get|give|fetch|bring|locate|pull|look|search)(?:\s(?:me|us|up|for|out|through my files for))*\s(?:(?:all|every|each|of)\s)*(?=\S)",
        r"^open(?:\sup)?\s(?=(?:the|my|that|our)\s)",
        r"^(?:list|enumerate|count)(?:\sout|\sup)?\s(?:(?:all|every|each|of)\s)*(?=\S)",
        r"^(?:do\s(?:i|you|we)\shave|have\si\sgot|is\sthere|are\sthere)\s(?:a|an|any|some)?\s?",
        r"^(?:what's|what\sis|what\sare|which\sis)\s(?=(?:the|my)\s)",
        r"^how\smany\s|^(?:the\s)?number\sof\s",
        r"^(?:all|every|each|any|some)(?:\sof)?\s(?:the|my|our)(?![\w'-])|^(?:everything|anything)(?:\s(?:about|on))?(?![\w'-])",
        r"^(?:the|that|this|those|these|my|our|a|an)\s(?:files?|documents?|docs?|things?|ones?|stuff|paper)\s(?:about|on|regarding|where|which|that|with|called|named|saying|mentioning|containing)(?:\s(?:mentions?|contains?|says?|has|have|talks?\sabout|is\sabout|was\sabout|shows?))?\s",
        r"^(?:files?|documents?|docs?|things?|stuff)\s(?:about|on|regarding|where|which|that|with|called|named|mentioning|containing|saying)(?:\s(?:mentions?|contains?|says?|has|have|talks?\sabout|is\sabout|are\sabout|shows?))?\s",
        r"^(?:that|those|these|this|the|my|our)\s(?=\S)",
    )
)
_CLOSINGS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"[\s,]+(?:please|pls|thanks|thank you|thx)[.!]*$",
        r"\s(?:on|in)\s(?:here|(?:my|this|the)\s(?:computer|laptop|machine|pc|mac|disk|drive|hard drive|system|files))\s*\??$",
        r"\s(?:are there|is there|do i have|do we have|have i got|did i (?:save|make|keep))(?:\s(?:in total|altogether))?\s*\??$",
        r"\s(?:for me|again|somewhere|anywhere)\s*\??$",
        r"\s*[?!]+$",
    )
)
_OPENINGS_ZH = re.compile(
    r"^(?:请问|請問|请|請|麻烦|麻煩|你好|嗨|帮我|幫我|帮忙|給我|给我|我想要?|我要|我在|能不能|能否|可以|你?能)*"
    r"(?:把|找一下|找一找|找找|找到|找出来?|找个|找個|找(?=\s|那|我|关于|有关|"
    + MARK
    + r")|搜一下|搜索一下|搜索(?=\s|"
    + MARK
    + r")|搜(?=\s)"
    r"|查一下|查找|查查|查看|打开(?=\s|那|我|"
    + Q
    + r")|打開(?=\s|那|我)|看一下|看看|列出来?|列一下|列举|列舉|罗列|显示|有没有|有沒有|有哪些|哪里有|哪儿有)?"
    r"(?:我电脑[里上]的?|电脑[里上]的?|電腦[裡上]的?|本机的?|我的电脑[里上]?的?)?(?:所有的?|全部的?|一下)?"
    r"(?:那个|那個|这个|這個|那份|那张|那張|那些|那篇|那封|这份|这些)?(?:我的|我)?(?:那个|那份|那张)?(?:所有的?|全部的?)?(?:关于|關於|有关|提到|提及)?"
)
_CLOSINGS_ZH = re.compile(
    r"(?:存放|放置|放|保存|存|藏|跑)?(?:到|在)?(?:了)?(?:哪里|哪儿|哪裡|哪兒|哪个文件夹)(?:了|去了|呢|啊|呀)?\s*[?？]?$"
    r"|(?:一共|总共|總共|共)?(?:有|是)?(?:几|幾|多少)\s?(?:份|封|篇|个|個|张|張|首|段|本|部)?(?:文件|档案|檔案|文档|东西|东西)?\s*[?？]?$"
    r"|(?:都|还)?有?(?:什么|哪些|啥)(?:文件|东西|内容)?\s*[?？]?$|(?:放|存|在)哪(?:了|啦|呢)?\s*[?？]?$|(?:给我)?(?:找出来|找到|发给我|打开|找一下|列出来|找出來)[吧呢]?$|[?？!！。]+$"
)
_TAIL_ZH = re.compile(
    rf"(?<=[{HAN}\w)）])的?(?:那个|那個|这个|那一?份|那一?张|那張|那些|那一?篇|的)(?:文件|档案|檔案|文档|资料|東西|东西|记录|記錄)?$"
    r"|的(?:文件|档案|檔案|资料|東西|东西)$"
)
_KEPT_TAIL = re.compile("(?:记录|記錄)$")
_LEFT = re.compile(
    r"^(?:(?:the|a|an|my|our|that|those|this|these|of|about|on|in|from|for|with|by|at|to|and|or|regarding|called|named|are|is|was|were|there|i|we|which|just|all|any|every|under|inside|into|dated"
    r"|'s)(?![\w'/-])|[的和与跟，,、;；:：.。·\-–—\s)）]|关于|關於|有关|所有的?|全部的?|那个|那個|那份|那张|那些|这个|我的)+",
    re.IGNORECASE,
)
_RIGHT = re.compile(
    r"(?:(?<![\w'-])(?:the|a|an|my|our|that|those|of|about|on|in|from|for|with|by|at|to|and|or|regarding|which|is|are|was|were|i|we|under|inside|dated|called|named)|里面|裡面|[的和与跟，,、;；:：·\-–—\s(（])+$",
    re.IGNORECASE,
)
_EMPTY_EN = frozenset(
    "a an the my our your i we me us you it its of in on at to for from by with about and or is are was were be been am do did does have has had that this these those"
    " there here any some all every each everything anything something file files thing things stuff one ones item items please show find list get give open which what"
    " where who when how many much not no just only so under inside into them they he she his her their called named exist exists total made make saved document documents doc"
    " docs folder folders copies version most recent recently latest recent newest oldest earliest biggest largest smallest big huge large computer pc laptop disk new changed edited"
    " modified worked work working on's s's s want need looking look search up sorted order ordered by size date old".split()
)
_EMPTY_ZH = re.compile(
    "文件夹|共有|文件|档案|檔案|最占空间|最占地方|占用空间|最佔空間|文档|文檔|东西|東西|资料|資料|最新|最近|最大|最小|最早|最旧|所有|全部|那个|那個|这个|這個|那些|这些|哪些|什么|一共|总共|多少|几个|几份|几张|几|有没有"
    "|在哪里|哪里|哪儿|在哪|帮我|找一下|一下|找|请|列出|关于|有关|我的|我们|我|的|了|过|里面|里|上|下|中|在|有|是|个|份|张|篇|些|那|这|都|还|和|与|把|给|看看|看|打开|占空间|大|小|呢|吗|吧|啊|改|修改|编辑|写|存|保存|做|弄|忙|电脑"
)
_TOKEN = re.compile(rf"[{HAN}]+|[^\W_]+(?:'[a-z]+)?|{MARK}|[^\s\w]")
_NOT_WORD = re.compile(r"[^\w\s]")
_STILL_SAID = re.compile(f"{T}|{Q}")
_HOW_MANY = re.compile(r"\d+(?=[个個张張份部首篇封])")


def without_openings(text: str) -> str:
    """Text without the words that only ask for the search, at its two ends."""
    for _ in range(3):
        before = text
        text = _opened(text.strip())
        if text == before:
            break
    return text


def _opened(text: str) -> str:
    for pattern in (*_OPENINGS, *_CLOSINGS, _CLOSINGS_ZH):
        text = pattern.sub("", text, count=1).strip() or text
    rest = _OPENINGS_ZH.sub("", text, count=1).strip()
    text = rest or text
    tail = _TAIL_ZH.search(text)
    if tail and not _KEPT_TAIL.search(tail[0]):
        text = text[: tail.start()].strip() or text
    return text


def trimmed(text: str) -> str:
    """Text without the joints that are left where conditions were taken out: "of the", "about", "的"."""
    return _RIGHT.sub("", _LEFT.sub("", text.strip())).strip()


def holds_content(text: str) -> bool:
    """True when the text (with its marks) has a word that says what a file is about."""
    for token in _TOKEN.findall(_HOW_MANY.sub(" ", text)):
        if _STILL_SAID.match(token):
            return True
        if _NOT_WORD.match(token):
            continue
        if re.match(f"[{HAN}]", token):
            if _EMPTY_ZH.sub("", token):
                return True
        elif token.lower().split("'")[0] not in _EMPTY_EN and not _NOT_WORD.fullmatch(token):
            return True
    return False

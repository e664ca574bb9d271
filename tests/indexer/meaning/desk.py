"""A small desk in two languages: what files say, and how people ask for them in other words."""

from dataclasses import dataclass

from indexer.meaning.items import EmbedItem
from indexer.text import language_of


@dataclass(frozen=True)
class DeskFile:
    path: str
    text: str
    english: str
    chinese: str

    @property
    def lang(self) -> str:
        return language_of(self.text)

    @property
    def same(self) -> str:
        """A question in the file's own language."""
        return self.chinese if self.lang == "zh" else self.english

    @property
    def other(self) -> str:
        """A question in the other language."""
        return self.english if self.lang == "zh" else self.chinese


DESK = [
    DeskFile("Home/boiler.txt", "If the burner does not light, press reset for five seconds and check that water pressure is above 1 bar.", "the heating will not come on", "暖气打不着火怎么办"),
    DeskFile("Work/onboarding.docx", "First week: collect your laptop and badge, meet your mentor, read the security handbook and book the safety course.", "what new colleagues do when they begin", "新员工入职要做什么"),
    DeskFile("Garden/roses.md", "Prune in late February above an outward facing bud. Feed in April. Watch for black spot on the leaves.", "when do I cut back the flowers", "什么时候修剪花枝"),
    DeskFile("Music/piano.txt", "Lesson notes: keep the wrist loose, practise the left hand alone, metronome at 72, Chopin waltz pages two to four.", "what my keyboard teacher told me", "钢琴课老师说的要点"),
    DeskFile("Boat/licence.pdf", "Certificate of competence for motor vessels up to 15 metres on inland waterways. Valid until the holder turns 65.", "permission to drive a ship", "开船的执照"),
    DeskFile("Shop/invoice_77.pdf", "Invoice 77. Two oak chairs at 140 euros each, delivery 30 euros. Payable within fourteen days by bank transfer.", "bill for the wooden seats", "买椅子的账单"),
    DeskFile("Trip/iceland.md", "Ring road in nine days: Vik, Jokulsarlon, Egilsstadir, Myvatn. Gravel insurance for the car. Hot springs on day six.", "plan for driving around the northern island", "冰岛自驾计划"),
    DeskFile("Health/physio.txt", "Exercises for the knee: straight leg raises, three sets of twelve; ice afterwards; no running for six weeks.", "rehab after hurting my leg", "膝盖受伤后的康复训练"),
    DeskFile("工作/采购合同.docx", "甲方向乙方订购打印机二十台，单价一千八百元，交货期三十日，逾期每日按货款千分之一支付违约金。", "agreement about buying office printers", "买打印设备的协议"),
    DeskFile("菜谱/番茄炒蛋.txt", "鸡蛋打散加盐，热油滑炒盛出；番茄切块炒出汁，加糖，倒回鸡蛋翻匀，撒葱花。", "recipe with eggs and tomatoes", "西红柿鸡蛋怎么做"),
    DeskFile("孩子/疫苗.txt", "四月龄接种百白破第二剂，体温正常，留观三十分钟无不良反应，下次预约六月三日。", "when is the baby's next shot", "宝宝打预防针的记录"),
    DeskFile("健康/睡眠日记.md", "连续两周凌晨三点醒来，白天咖啡两杯。医生建议晚上不看手机，固定起床时间。", "notes on why I sleep badly", "失眠的记录"),
    DeskFile("汽车/保養單.txt", "更換機油與空氣濾芯，檢查煞車來令片剩餘四成，輪胎對調，下次里程五萬公里。", "what the garage did to my car", "修車廠做了什麼"),
    DeskFile("读书/红楼梦.txt", "黛玉葬花一段写尽寄人篱下之悲，宝玉听后恸倒山坡，是全书情感的高潮之一。", "thoughts on the classic Chinese novel", "古典小说读书心得"),
    DeskFile("旅行/西藏.txt", "布达拉宫需提前七天预约，纳木错海拔四千七，带氧气瓶和防晒，住宿选拉萨八廓街附近。", "things to prepare for the high plateau trip", "去高原玩的准备"),
    DeskFile("财务/报税.txt", "专项附加扣除包括子女教育、房贷利息和赡养老人，三月至六月在手机应用上完成年度汇算。", "how to get deductions on income tax", "个人所得税怎么抵扣"),
]  # fmt: skip


def desk_items(first_id: int = 1) -> list[EmbedItem]:
    """Files as chunks; the chunk and file of `DESK[n]` have the id `first_id + n`."""
    return [
        EmbedItem(
            chunk_id=first_id + number,
            text=f"{file.path}\n{file.text}",
            file_id=first_id + number,
            folders=(1, 10 + number % 2),
            ext=file.path.rpartition(".")[2],
            lang=file.lang,
            mtime=1_700_000_000 + number * 86_400,
            size=1_000 * number,
        )
        for number, file in enumerate(DESK)
    ]

"""What kind of thing a file is for a person, by its name alone."""

from __future__ import annotations

import os

_EXTENSIONS = {
    "document": "doc docx docm dot dotx dotm odt ott fodt rtf wps wpd odg otg fodg pages hwp hwpx tex abw md markdown mdown mkd mdx rmd qmd rst rest org ltx dita docbook",
    "pdf": "pdf xps oxps ofd djvu djv",
    "spreadsheet": "xls xlsx xlsm xlsb xlt xla xltx xltm ods ots fods numbers csv tsv tab et",
    "slides": "ppt pptx pptm pps ppsx ppsm pot potx potm odp otp fodp key dps",
    "text": "txt text log nfo readme srt vtt ass ssa lrc diff patch adoc asciidoc textile wiki",
    "web": "html htm xhtml xht shtml mht mhtml webarchive url webloc website lnk",
    "mail": "eml emlx msg oft mbox mbx pst ost ics ical vcs vcf vcard",
    "code": (
        "py pyi pyw ipynb js mjs cjs jsx ts tsx vue svelte java kt kts scala groovy gradle c h cc cpp cxx hh hpp hxx m mm cs"
        " vb fs go rs swift rb php pl pm lua r jl dart ex exs erl hs ml mli clj cljs lisp el scm sh bash zsh fish bat cmd ps1"
        " sql css scss sass less asm s v vhd sv proto thrift graphql cmake mk make dockerfile tf nix pas f f90 for zig nim"
        " cabal csproj vcxproj ui sln qml pro pri spec sty cls"
    ),
    "data": (
        "json jsonl ndjson json5 jsonc geojson topojson har gpx kml opml rss atom rdf xliff xlf tmx resx strings bibtex xml xsd xsl xslt yaml yml toml ini cfg conf config properties env plist parquet feather"
        " arrow avro orc db sqlite sqlite3 mdb accdb npy npz mat h5 hdf5 pkl pickle rds rdata sav dta po pot bib ris desktop service rules"
    ),
    "image": (
        "jpg jpeg jpe jfif png apng ppm pgm pbm pnm gif bmp dib tif tiff webp heic heif avif svg svgz ico psd ai eps raw cr2 cr3 nef arw dng orf"
        " rw2 xcf kra jp2 jxl indd sketch fig"
    ),
    "audio": "mp3 mp2 mka m4b aifc wav flac ogg oga opus m4a aac wma aif aiff ape amr mid midi",
    "video": "mp4 m4v mov avi mkv webm wmv flv mpg mpeg mts m2ts 3gp ogv rm rmvb vob",
    "archive": "zip zipx 7z rar tar gz tgz taz tzst bz2 tbz tbz2 xz txz zst lz lzma cab iso dmg deb rpm jar war apk ar cpio img",
    "ebook": "epub mobi azw azw3 kfx fb2 lit chm cbz cbr",
}
_KIND_BY_EXTENSION = {extension: kind for kind, text in _EXTENSIONS.items() for extension in text.split()}
_NAMES_OF_TEXT = frozenset(
    ("readme", "license", "licence", "copying", "changelog", "news", "authors", "todo", "copyright")
)
_NAMES_OF_CODE = frozenset(
    ("makefile", "dockerfile", "rakefile", "gemfile", "jenkinsfile", "vagrantfile", "cmakelists.txt")
)


def extension_of(name: str) -> str:
    """The last extension in lower case without its dot; empty for `README` and `.profile`."""
    return os.path.splitext(os.path.basename(name))[1].removeprefix(".").lower()


def kind_of(name: str) -> str:
    """Return document, pdf, spreadsheet, slides, text, web, mail, code, data, image, audio, video, archive, ebook or other.

    `name` is a file's name or path; the file need not exist.
    """
    base = os.path.basename(name).lower()
    if base in _NAMES_OF_CODE:
        return "code"
    if base in _NAMES_OF_TEXT:
        return "text"
    return _KIND_BY_EXTENSION.get(extension_of(base), "other")

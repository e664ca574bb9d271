"""The catalogue's tables and how older ones become these.

`chunk.id` is also the row of the text index and the id of the point in the vector store; it is never reused.
Names are stored as the file system's bytes, so that undecodable ones survive.
`chunk.vector` holds the embedding as the vector store's worker gave it; NULL: not embedded yet.
`chunk.stored` 1 says that the vector store has the point; a lost store is rebuilt by setting it to 0. 2: it cannot be embedded.
`file.container` is the file on disk that a member of an archive or a message lies in; its `folder` is that file's and
its `name` begins with that file's name: "all.zip/inner.zip/a.pdf". No name on a disk has such a slash.
`chunk.wanted` orders what is embedded, highest first: seconds since the epoch of the last change, a day less for each 64 chunks before.
`file_tally` and `chunk_tally` count files and chunks; triggers keep them.
`chunk.recognised` is 1 when the passage was recognised in a picture of its page (OCR).
`ocr_page` has a row for each page that owed or owes recognition: `state` is owed, done or failed, `image` the hash of
the page as it was shown, under which `ocr_text` keeps what was recognised as long as any page looks so.
"""

from __future__ import annotations

from collections.abc import Callable

import apsw

APPLICATION_ID = 0x446F6374  # "Doct"

_TABLES = """
create table meta(key text primary key, value) without rowid;
create table root(
    id integer primary key autoincrement, folder integer not null unique references folder,
    added real not null, last_scan real, state text not null default 'ok');
create table folder(
    id integer primary key autoincrement, parent integer references folder, name blob not null, unique(parent, name));
create unique index folder_top on folder(name) where parent is null;
create table file(
    id integer primary key autoincrement, folder integer not null references folder, name blob not null,
    size integer not null, mtime_ns integer not null, inode integer not null,
    state text not null, reason text not null default '', detail text not null default '',
    kind text not null, extension text not null, title text not null default '', author text not null default '', created real,
    hash blob, truncated integer not null default 0, extractor integer not null default 0, unique(folder, name));
create index file_hash on file(hash) where hash is not null;
create index file_state on file(state);
create table chunk(
    id integer primary key autoincrement, file integer not null references file on delete cascade, number integer not null,
    text text not null, anchor text not null, heading text not null, lang text not null,
    vector blob, stored integer not null default 0);
create unique index chunk_file on chunk(file, number);
create index chunk_owed on chunk(id) where stored = 0;
create virtual table text_index using fts5(
    name, heading, body, meta, content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 2');
create virtual table text_terms using fts5vocab(text_index, row);
"""


def _create(db: apsw.Connection) -> None:
    db.execute(_TABLES).fetchall()
    db.pragma("application_id", APPLICATION_ID)


_RECOGNITION = """
create table ocr_page(
    file integer not null references file on delete cascade, page integer not null, state text not null default 'owed',
    tries integer not null default 0, reason text not null default '', image blob, primary key(file, page)) without rowid;
create index ocr_page_owed on ocr_page(file, page) where state = 'owed';
create index ocr_page_image on ocr_page(image) where image is not null;
create table ocr_text(image blob primary key, text text not null, confidence real not null) without rowid;
create trigger ocr_page_gone after delete on ocr_page when old.image is not null begin
    delete from ocr_text where image = old.image and not exists (select 1 from ocr_page where image = old.image); end;
alter table chunk add column recognised integer not null default 0;
"""


def _recognise_pages(db: apsw.Connection) -> None:
    db.execute(_RECOGNITION).fetchall()


_TRIES = """
create table attempt(
    file integer primary key references file on delete cascade, size integer not null, mtime_ns integer not null,
    extractor integer not null, tries integer not null) without rowid;
"""


def _count_tries(db: apsw.Connection) -> None:
    db.execute(_TRIES).fetchall()


_REMOVAL = """
create table left_out(
    root integer not null references root on delete cascade, rule text not null, entries integer not null,
    primary key(root, rule)) without rowid;
create table removed_folder(folder integer primary key references folder on delete cascade);
alter table root add column removed_at real;
alter table file add column read_at real;
"""


def _remove_gently(db: apsw.Connection) -> None:
    """What was left out by which rule; folders that were removed and may still come back."""
    db.execute(_REMOVAL).fetchall()


_FOLLOWING = """
alter table folder add column inode integer;
create index folder_inode on folder(inode) where inode is not null;
create index file_inode on file(inode);
create table mounted(
    folder integer primary key references folder on delete cascade, point blob not null, identity text not null default '',
    away integer not null default 0);
create table spare_vector(
    hash blob not null, passage blob not null, vector blob not null, since real not null, primary key(hash, passage))
    without rowid;
create index spare_vector_since on spare_vector(since);
"""


def _follow_changes(db: apsw.Connection) -> None:
    """What tells a moved file or folder from a new one, an unplugged volume from an emptied folder."""
    db.execute(_FOLLOWING).fetchall()


_MEMBERS = """
alter table file add column container integer references file on delete cascade;
create index file_container on file(container) where container is not null;
"""


def _hold_members(db: apsw.Connection) -> None:
    """Files inside archives and messages."""
    db.execute(_MEMBERS).fetchall()


_TALLY = """
create table file_tally(
    folder integer not null, inside integer not null, state text not null, files integer not null,
    primary key(folder, inside, state)) without rowid;
insert into file_tally select folder, container is not null, state, count(*) from file group by 1, 2, 3;
create table chunk_tally(stored integer primary key, chunks integer not null);
insert into chunk_tally select stored, count(*) from chunk group by 1;
create trigger file_added after insert on file begin
    insert into file_tally values(new.folder, new.container is not null, new.state, 1)
        on conflict do update set files = files + 1; end;
create trigger file_gone after delete on file begin
    update file_tally set files = files - 1
        where folder = old.folder and inside = (old.container is not null) and state = old.state; end;
create trigger file_changed after update of folder, state on file
    when new.state is not old.state or new.folder is not old.folder begin
    update file_tally set files = files - 1
        where folder = old.folder and inside = (old.container is not null) and state = old.state;
    insert into file_tally values(new.folder, new.container is not null, new.state, 1)
        on conflict do update set files = files + 1; end;
create trigger folder_gone after delete on folder begin delete from file_tally where folder = old.id; end;
create trigger chunk_added after insert on chunk begin
    insert into chunk_tally values(new.stored, 1) on conflict do update set chunks = chunks + 1; end;
create trigger chunk_gone after delete on chunk begin
    update chunk_tally set chunks = chunks - 1 where stored = old.stored; end;
create trigger chunk_changed after update of stored on chunk when new.stored is not old.stored begin
    update chunk_tally set chunks = chunks - 1 where stored = old.stored;
    insert into chunk_tally values(new.stored, 1) on conflict do update set chunks = chunks + 1; end;
alter table chunk add column wanted integer not null default 0;
update chunk set wanted = (select mtime_ns / 1000000000 from file where file.id = chunk.file) - 86400 * (number / 64);
drop index chunk_owed;
create index chunk_owed on chunk(wanted) where stored = 0;
"""


def _count_as_it_goes(db: apsw.Connection) -> None:
    """Counts that cost nothing to ask for, and an order in which chunks are embedded."""
    db.execute(_TALLY).fetchall()


def _know_authors(db: apsw.Connection) -> None:
    """The distinct authors, without a look at every file."""
    db.execute("create index file_author on file(author) where author <> ''").fetchall()


MIGRATIONS: tuple[Callable[[apsw.Connection], None], ...] = (
    _create,
    _recognise_pages,
    _count_tries,
    _remove_gently,
    _follow_changes,
    _hold_members,
    _count_as_it_goes,
    _know_authors,
)
"""Step n turns version n into n + 1. Never changed once released; new ones are added at the end."""

VERSION = len(MIGRATIONS)


def migrate(db: apsw.Connection) -> None:
    """Bring an opened database to :data:`VERSION` in one transaction."""
    with db:
        for step in MIGRATIONS[db.pragma("user_version") :]:
            step(db)
        db.pragma("user_version", VERSION)

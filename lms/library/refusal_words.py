"""The store speaks in codes; these are the sentences people read."""

from __future__ import annotations

from content_store.errors import StoreError
from lms.core.i18n import LazyText, _l

WORDS: dict[str, LazyText] = {
    "antivirus-away": _l("The virus scanner does not answer. Nothing was saved; try again in a minute."),
    "bad-cursor": _l("This page address is not valid. Start from the first page."),
    "bad-piece": _l("The upload could not be read. Try again; nothing was saved."),
    "bad-source-url": _l("A source address begins with https:// or http://."),
    "bad-title": _l("Give it a title of 1 to 300 characters."),
    "bad-upload": _l("The upload could not be read. Try again; nothing was saved."),
    "bad-table": _l("The table cannot be read. Save it as CSV (UTF-8) or as an Excel workbook (.xlsx)."),
    "blob-damaged": _l("The stored file is damaged. Tell the librarian; do not rely on it."),
    "blob-missing": _l("The stored file is missing. Tell the librarian."),
    "collection-not-found": _l("This collection is not here, or not shared with you."),
    "conflict": _l("Someone changed this meanwhile. Load the page again and repeat your change."),
    "corrupt": _l("The file is damaged or not what its name says. Open it, save it again, and retry."),
    "dangerous": _l(
        "Programs cannot be put into the library. Upload a document, a picture, a video or a page."
    ),
    "double-row": _l("Another row names the same file or key. Keep one of them."),
    "empty": _l("The file is empty. Check it on your computer and choose it again."),
    "empty-file": _l("The file is empty. Check it on your computer and choose it again."),
    "encrypted": _l("The file is protected by a password. Remove the password and upload it again."),
    "file-too-large": _l("The file is larger than this site takes. Make it smaller or split it."),
    "infected": _l("A virus was found in this file. Clean your computer, then make the file again."),
    "item-not-found": _l("This item is not in the library, or not shared with you."),
    "link-expired": _l("This link has ended. Open the lesson or the item again to get a new one."),
    "link-invalid": _l("This link has ended. Open the lesson or the item again to get a new one."),
    "never-published": _l("This version was never published. Nobody uses it."),
    "license-lineage": _l(
        "It was made from works under %(sources)s, which do not allow this license. Choose another one."
    ),
    "many-suggestions": _l("Your other suggestions for it are not answered yet. Wait for the answers."),
    "missing-in-files": _l("This file is not among the files. Check its name and folder."),
    "not-fetched": _l(
        "Nothing could be fetched from this address. Open it in your browser to see what is there."
    ),
    "only-text": _l(
        "There is only text in the file, not what its name says. Give its name the ending .txt, or save it again."
    ),
    "page-at-address": _l(
        "There is a page at this address, not a file. Give the address of the file itself."
    ),
    "too-many-addresses": _l("A list has at most 500 addresses. Split it."),
    "no-room": _l("Its place has no room for it. Ask its administrator for room."),
    "no-answer": _l("Say in a sentence why not."),
    "no-file": _l("Choose a file first."),
    "too-many-topics": _l("Choose at most 12 topics."),
    "unknown-topic": _l("Choose topics of the list."),
    "no-reason": _l("Say in a sentence why it is recalled."),
    "no-headings": _l(
        "No column of files or titles was found. Give the first row headings as in the example."
    ),
    "no-note": _l("Say in a sentence what you would change and why."),
    "no-rows": _l("There is nothing below the headings. Describe the files, then send the table again."),
    "not-direct": _l("The upload could not be read. Try again; nothing was saved."),
    "not-permitted": _l("Your account may not do this with the item."),
    "not-recalled": _l("This version is not recalled."),
    "piece-damaged": _l("A part of the file arrived damaged. Send it again; the rest is kept."),
    "piece-missing": _l("A part of the file has not arrived. Send it again; the rest is kept."),
    "nothing-changes": _l("Nothing differs from the item as it is. Change something first."),
    "recalled-already": _l("This version is recalled already."),
    "recalled-files": _l("This file was recalled. Put in a corrected file, or ask the librarian."),
    "row-without-file": _l("Name a file, or give the address of a work that may only be linked to."),
    "storage-no-bucket": _l(
        "The file storage of this site is not where it should be. Nothing was lost; tell the administrator."
    ),
    "storage-not-allowed": _l(
        "The file storage does not let this site keep files. Nothing was lost; tell the administrator."
    ),
    "storage-wrong-clock": _l(
        "The clock of this site is wrong, so the file storage refuses it. Nothing was lost; tell the administrator."
    ),
    "storage-wrong-keys": _l(
        "The file storage does not accept the keys of this site. Nothing was lost; tell the administrator."
    ),
    "storage-wrong-region": _l(
        "The file storage lies in another region than this site was told. Nothing was lost; tell the administrator."
    ),
    "storage-unavailable": _l("The file storage does not answer. Nothing was saved; try again in a minute."),
    "suggestion-closed": _l("This suggestion was answered already. Load the page again to see how."),
    "suggestion-not-found": _l("There is no such suggestion, or it is not yours to see."),
    "too-big-inside": _l("The file unfolds to far more than its size. Save it again with smaller parts."),
    "too-large": _l("The file is larger than this site takes. Make it smaller or split it."),
    "too-many-files": _l("These are too many files at once. Send them in two goes."),
    "too-many-parts": _l("The file came in too many pieces. Discard it and send it anew."),
    "too-many-unfinished": _l("Too many of your uploads are unfinished. Finish or discard some first."),
    "too-many-rows": _l("The table is too long. Split it into several."),
    "too-slow": _l("The file takes too long to read. Split it into smaller files and upload those."),
    "unknown-grade": _l("Choose grades 1 to 12, or adults."),
    "unknown-language": _l("Choose a language of the list."),
    "unknown-license": _l("Choose a license of the list."),
    "unknown-subject": _l("Choose a subject of the list."),
    "unknown-type": _l("Choose a type of the list."),
    "unsafe-names": _l("The archive holds file names that point outside of it. Make the archive again."),
    "unsupported": _l("This kind of file cannot be read here. Save it in another format and upload that."),
    "upload-cut": _l("The connection broke before the file was whole. Nothing was saved; send it again."),
    "upload-moved": _l("Another window sends this file too. Close one of them; the other goes on."),
    "upload-not-found": _l("This upload is no longer kept. Choose the file again."),
    "upload-over": _l("This upload is no longer kept. Choose the file again."),
    "upload-settled": _l("This file is in your drafts already."),
    "upload-too-large": _l("These files are too large together. Send them in two goes."),
    "version-conflict": _l("Someone added a version meanwhile. Load the page again to see it."),
}
OTHER = _l("The library refused this. Check the file and the fields, then try again.")

VERDICTS: dict[str, LazyText] = {
    "allowed": _l("Can be used in lessons."),
    "owner": _l("Can be used in lessons: it is yours."),
    "not-visible": _l("Not shared with you. Ask its owner to share it."),
    "recalled": _l("This version was recalled. Choose a newer version, or another item."),
    "retired": _l("Withdrawn. Lessons that use it keep it; choose another one."),
    "link-only": _l("May only be linked to. Open it at its publisher's address."),
    "sector-only": _l("Only for the education sector. Sign in with a school account."),
    "no-download": _l("All rights reserved: read it here, or ask the holder for a copy."),
    "no-embed": _l("May not stand inside a lesson. Link to it instead."),
    "no-adapt": _l("May not be changed. Use it as it is."),
    "holds-answers": _l("The file holds the right answers. Only those who teach may keep a copy."),
    "no-redistribute": _l("May not be passed on. Share the address instead."),
}


def words_of(error: StoreError) -> str:
    """Return the sentence for an error of the store."""
    words = words_of_code(error.code)
    return words % error.params if "%(" in words else words


def words_of_code(code: str) -> str:
    """Return the sentence for a code of the store."""
    return str(WORDS.get(code) or VERDICTS.get(code) or OTHER)

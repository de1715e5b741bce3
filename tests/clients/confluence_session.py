"""A session with the Confluence side of `atlassian-python-api`, unmodified: version 2 of the API, and what is left of 1."""

from atlassian import ConfluenceV2

SPACE = "REL"
FILE = bytes(range(256)) * 400


def connect(entrance):
    """A client, made as the library's documentation says."""
    if entrance.basic:
        user, password = entrance.basic
        return ConfluenceV2(entrance.confluence, username=user, password=password)
    return ConfluenceV2(entrance.confluence, token=entrance.bearer)


def run(entrance, transcript):
    """Everything one after the other; what every call gave is in the transcript."""
    confluence = connect(entrance)
    transcript.watch(confluence.session)
    space = read(confluence, transcript.note)
    page = write(confluence, space, transcript.note)
    accompany(confluence, page, transcript.note)
    attach(confluence, page, transcript.note)
    search(confluence, transcript.note)


def read(confluence, note):
    """Spaces and pages; pages of answers are followed by cursor."""
    note("get_spaces", confluence.get_spaces())
    note("get_spaces: many answers", confluence.get_spaces(limit=1))
    space = note("get_space_by_key", confluence.get_space_by_key(SPACE))["id"]
    note("get_space", confluence.get_space(space))
    pages = note("get_pages: many answers", confluence.get_pages(space_id=space, limit=4))
    assert len(pages) > 8
    note("get_page_by_title", confluence.get_page_by_title(SPACE, pages[0]["title"]))
    note("get_page_by_id", confluence.get_page_by_id(pages[0]["id"], body_format="storage"))
    note("get_child_pages", confluence.get_child_pages(pages[0]["id"], limit=2))
    note("ancestors", confluence.get(f"api/v2/pages/{pages[-1]['id']}/ancestors"))
    note("descendants", confluence.get(f"api/v2/pages/{pages[0]['id']}/descendants"))
    note("get_space_labels", confluence.get_space_labels(space))
    return space


def write(confluence, space, note):
    """Create and edit."""
    page = note("create_page", confluence.create_page(space, "Release 2.0 – notes ☃", "<p>Soon.</p>"))["id"]
    below = note("create_page: below", confluence.create_page(space, "Known problems", "<p>None.</p>", parent_id=page))
    note("update_page", confluence.update_page(page, title="Release 2.0", body="<p>Here it is.</p>", status="current"))
    note("get_page_by_id: mine", confluence.get_page_by_id(page, body_format="storage"))
    note("get_page_versions", confluence.get_page_versions(page))
    note("get_page_version", confluence.get_page_version(page, 1))
    note("get_child_pages: mine", confluence.get_child_pages(page))
    note("updatePageTitle", confluence.put(f"api/v2/pages/{below['id']}/title", {"status": "current", "title": "Problems"}))
    return page


def accompany(confluence, page, note):
    """Comments and labels."""
    said = {"pageId": page, "body": {"representation": "storage", "value": "<p>Well done.</p>"}}
    comment = note("create_global_footer_comment", confluence.create_global_footer_comment(said))
    better = {"version": {"number": 2}, "body": {"representation": "storage", "value": "<p>Very well done.</p>"}}
    note("update footer comment", confluence.put(f"api/v2/footer-comments/{comment['id']}", data=better))
    note("get_page_footer_comments", confluence.get_page_footer_comments(page))
    note("get_comment_children_v2", confluence.get_comment_children_v2(comment["id"]))
    labels = [{"prefix": "global", "name": name} for name in ("release", "notes")]
    note("labels, version 1", confluence.post(f"rest/api/content/{page}/label", data=labels))
    note("get_page_labels", confluence.get_page_labels(page))
    note("get_page_labels: many answers", confluence.get_page_labels(page, limit=1))


def attach(confluence, page, note):
    """Attach a file, list it, and download it by the address the answer gives."""
    files = {"file": ("notes.bin", FILE, "application/octet-stream")}
    target = f"rest/api/content/{page}/child/attachment"
    headers = {"X-Atlassian-Token": "no-check", "Accept": "application/json"}
    made = note("createAttachment", confluence.post(target, headers=headers, files=files))["results"][0]
    note("attachments of a page", confluence.get(f"api/v2/pages/{page}/attachments"))
    download = f"{target}/{made['id']}/download"
    assert note("download", confluence.get(download, not_json_response=True, headers={"Accept": "*/*"})) == FILE


def search(confluence, note):
    """CQL, and who I am."""
    cql = {"cql": f'space = "{SPACE}" AND type = page ORDER BY title', "limit": 5}
    note("searchByCQL", confluence.get("rest/api/search", params=cql))
    note("searchContentByCQL", confluence.get("rest/api/content/search", params={**cql, "expand": "version"}))
    note("getCurrentUser", confluence.get("rest/api/user/current"))

"""The byte layer: what it keeps, for whom, until when."""

import threading
import time
from types import SimpleNamespace
from uuid import uuid4

import pytest

from saas.reads import layer, store
from saas.reads.layer import KeptReads
from saas.reads.store import Answer, Store
from shop.storefront.keeping import canonical_query
from tenants import versions
from tenants.board import FIRST_SHOP, GENERATION, HEARTBEAT, Board
from tenants.context import ShopRef
from tenants.routing import Entry


def ref(key="k1", slot=1):
    return ShopRef(uuid=uuid4(), key=key, slug=key, name=key, schema=f"s_{key}", slot=slot)


class Web:
    """The layer around a fake router and a fake Django that counts what it is asked."""

    def __init__(self, board):
        self.board = board
        self.shops = {"one": ref("k1", 1), "two": ref("k2", 2)}
        self.asked = []
        self.cookies = []
        self.body = b'{"a": 1}'
        self.status = "200 OK"
        self.headers = [("Content-Type", "application/json"), ("X-Request-ID", "r1"), ("Content-Length", "8")]
        self.refuses = False
        self.delay = 0.0
        self.reads = KeptReads(self.django, lambda *parts: None)
        self.application = self.reads.in_front_of(self.router)

    def router(self, environ, start_response):
        if self.refuses:
            start_response("403 Forbidden", [])
            return [b"refused"]
        shop = self.shops[environ["HTTP_HOST"]]
        environ["weipu.entry"] = Entry(shop, "saas.urls")
        return self.reads.build(environ, start_response)

    def django(self, environ, start_response):
        self.cookies.append(environ.get("HTTP_COOKIE"))
        self.asked.append((environ["HTTP_HOST"], environ["PATH_INFO"], environ["QUERY_STRING"]))
        time.sleep(self.delay)
        body = self.body
        start_response(self.status, self.headers)
        return Chunks([body])

    def get(self, path="/api/v1/home", query="", host="one", method="GET", **headers):
        seen = {}

        def start_response(status, headers):
            seen.update(status=status, headers=dict(headers))

        environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query, "HTTP_HOST": host, **headers}
        seen["body"] = b"".join(self.application(environ, start_response))
        return seen

    def bump(self, slot=1):
        self.board.raise_to(FIRST_SHOP + slot, self.board.get(FIRST_SHOP + slot) + 1)


class Chunks(list):
    def close(self):
        pass


@pytest.fixture
def web(tmp_path, monkeypatch):
    board = Board(tmp_path / "board")
    for module in (layer, versions):
        monkeypatch.setattr(module, "board", board)
    board.raise_to(GENERATION, 1)
    board.raise_to(HEARTBEAT, int(time.time()) + 3600)
    for slot in (1, 2):
        board.raise_to(FIRST_SHOP + slot, 10)
    return Web(board)


def how(answer):
    return answer["headers"].get("X-Cache")


def test_the_second_reader_is_answered_from_memory(web):
    first, second = web.get(), web.get()
    assert (how(first), how(second), len(web.asked)) == ("miss", "hit", 1)
    assert first["body"] == second["body"] == web.body
    assert second["headers"]["Content-Length"] == "8"
    assert second["headers"]["Cache-Control"] == "no-cache"
    assert "X-Request-ID" not in second["headers"]


def test_a_change_is_seen_by_the_next_reader(web):
    web.get()
    web.body = b'{"a": 2}'
    web.bump()
    answer = web.get()
    assert (how(answer), answer["body"]) == ("miss", b'{"a": 2}')


def test_a_change_of_one_shop_leaves_anothers_answers(web):
    web.get(), web.get(host="two")
    web.bump(slot=1)
    assert [how(web.get(host="two")), how(web.get())] == ["hit", "miss"]


def test_two_shops_never_share_an_answer_or_a_tag(web):
    one = web.get()
    web.body = b'{"b": 1}'
    two = web.get(host="two")
    assert (one["body"], two["body"]) == (b'{"a": 1}', b'{"b": 1}')
    web.body = b'{"a": 1}'
    web.bump(slot=2)
    assert web.get(host="two")["headers"]["ETag"] != one["headers"]["ETag"]
    again = web.get(host="two", HTTP_IF_NONE_MATCH=one["headers"]["ETag"])
    assert again["status"] == "200 OK"


def test_who_has_the_body_already_gets_304(web):
    tag = web.get()["headers"]["ETag"]
    answer = web.get(HTTP_IF_NONE_MATCH=tag)
    assert (answer["status"], answer["body"], answer["headers"]["ETag"]) == ("304 Not Modified", b"", tag)
    web.bump()  # the same body under a new version
    answer = web.get(HTTP_IF_NONE_MATCH=tag)
    assert (answer["status"], how(answer)) == ("304 Not Modified", "miss")
    web.body = b'{"a": 3}'
    web.bump()
    assert web.get(HTTP_IF_NONE_MATCH=tag)["status"] == "200 OK"


def test_a_refused_shop_is_refused_at_once(web):
    web.get()
    web.refuses = True
    web.board.raise_to(GENERATION, 2)
    assert web.get()["status"] == "403 Forbidden"


def test_an_answer_let_through_before_a_refusal_is_not_known_after_it(web):
    """The registry moves while the answer is built: what the router said is already over."""
    web.delay = 0.2
    builder = threading.Thread(target=web.get)
    builder.start()
    time.sleep(0.05)
    web.board.raise_to(GENERATION, 2)
    web.refuses = True
    builder.join()
    assert web.get()["status"] == "403 Forbidden"


def test_what_was_read_before_a_change_is_not_kept(web):
    web.delay = 0.2
    builder = threading.Thread(target=web.get)
    builder.start()
    time.sleep(0.05)
    web.body = b'{"a": 9}'
    web.bump()
    builder.join()
    assert web.get()["body"] == b'{"a": 9}'


def test_many_readers_of_one_answer_build_it_once(web):
    web.delay = 0.2
    answers = []
    readers = [threading.Thread(target=lambda: answers.append(web.get())) for _ in range(8)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert len(web.asked) == 1
    assert sorted(how(answer) for answer in answers) == ["hit"] * 7 + ["miss"]


def test_an_error_is_passed_on_and_not_kept(web):
    web.status, web.body = "404 Not Found", b"gone"
    assert (web.get()["status"], web.get()["body"], len(web.asked)) == ("404 Not Found", b"gone", 2)


def test_an_answer_with_a_cookie_is_nobody_elses(web):
    web.headers.append(("Set-Cookie", "a=b"))
    web.get(), web.get()
    assert len(web.asked) == 2


def test_other_methods_and_paths_go_to_django(web):
    for method, path in (
        ("POST", "/api/v1/home"),
        ("HEAD", "/api/v1/home"),
        ("GET", "/api/v1/cart"),
        ("GET", "/admin/"),
    ):
        web.get(path, method=method), web.get(path, method=method)
    assert len(web.asked) == 8


def test_languages_are_kept_apart(web):
    web.get(HTTP_ACCEPT_LANGUAGE="zh-CN")
    assert how(web.get(HTTP_ACCEPT_LANGUAGE="en")) == "miss"
    assert how(web.get(HTTP_ACCEPT_LANGUAGE="en-GB,en;q=0.5")) == "hit"


def test_a_cookie_does_not_choose_the_language_of_others(web):
    web.get(HTTP_COOKIE="django_language=en")
    assert web.cookies == [None]


def test_long_headers_are_not_remembered(web):
    for number in range(5):
        answer = web.get(HTTP_ACCEPT_LANGUAGE="zh-CN" + ";q=0.9" * 2000 + str(number))
    assert (how(answer), answer["body"]) == ("hit", web.body)
    assert len(web.reads._known) == 0


def test_a_builder_that_fails_leaves_the_next_one_free(web):
    web.body = None
    for _round in range(2):
        with pytest.raises(TypeError):
            web.get()
    web.body = b"{}"
    started = time.monotonic()
    assert how(web.get()) == "miss"
    assert time.monotonic() - started < layer.BUILD_SECONDS
    assert web.reads._flights == {}


def test_nothing_is_kept_or_taken_while_nobody_follows_the_versions(web):
    web.get()
    web.board.get = lambda slot, get=web.board.get: 0 if slot == HEARTBEAT else get(slot)
    web.application = web.reads.in_front_of(web.router)
    assert how(web.get()) is None
    assert len(web.asked) == 2


def test_what_changes_by_the_clock_is_kept_for_some_seconds(web, monkeypatch):
    clock = [time.time()]
    monkeypatch.setattr(layer, "time", SimpleNamespace(time=lambda: clock[0]))
    web.application = web.reads.in_front_of(web.router)
    labels, home = "/api/v1/activities/labels", "/api/v1/home"

    def again(seconds, **headers):
        clock[0] += seconds
        return [how(web.get(path, **headers)) for path in (labels, home)]

    assert again(0) == ["miss", "miss"]
    assert again(9.9) == ["hit", "hit"]
    assert again(0.2) == ["miss", "hit"]
    assert again(9.9) == ["hit", "hit"]
    assert again(0.2, HTTP_ACCEPT_LANGUAGE="zh-CN") == ["miss", "hit"]  # no such request is known, only its answer


def test_unknown_parameters_reach_neither_the_key_nor_the_body(web):
    web.get("/api/v1/products", "utm=1&page=2")
    assert how(web.get("/api/v1/products", "page=2&_=99")) == "hit"
    assert web.asked == [("one", "/api/v1/products", "page=2")]


@pytest.mark.parametrize(
    ("path", "query", "expected"),
    [
        ("/api/v1/products", "", ""),
        ("/api/v1/products", "sort=price&page=2&page=3", "page=3&sort=price"),
        ("/api/v1/products", "keyword=%E7%BE%8A&x=1", "keyword=%E7%BE%8A"),
        ("/api/v1/products", "keyword=\xe7\xbe\x8a", "keyword=%E7%BE%8A"),
        ("/api/v1/products", "category=", "category="),
        ("/api/v1/products", "promotion=abc&sort=price", None),
        ("/api/v1/products/facets", "promotion=abc", None),
        ("/api/v1/products/abc2", "promotion=abc", ""),
        ("/api/v1/activities/labels", "products=abc2%2Cdef&x=1", "products=abc2%2Cdef"),
        ("/api/v1/activities", "", None),
        ("/api/v1/home", "page=2", ""),
        ("/api/v1/products/abc2", "a=b", ""),
        ("/api/v1/products/abc2/reviews", "", None),
        ("/api/v1/products/ABC", "", None),
        ("/api/v1/products/", "", None),
        ("/api/v1/cart", "", None),
        ("/api/v1/products", "keyword=" + "a" * 700, None),
        ("/api/v1/products", "keyword=" + "\xff" * 100, None),
    ],
)
def test_queries_are_brought_to_one_form(path, query, expected):
    assert canonical_query(path, query) == expected


def answer(slot=1, version=1, size=10):
    return Answer(shop=f"k{slot}", slot=slot, version=version, headers=(), body=b"x" * size)


def test_a_shop_keeps_a_bounded_number_of_answers(monkeypatch):
    monkeypatch.setattr(store, "MOST_ANSWERS_PER_SHOP", 3)
    kept = Store()
    for number in range(5):
        kept.put((str(number), "", ""), answer())
    assert [bool(kept.get(1, 1, (str(number), "", ""))) for number in range(5)] == [False, False, True, True, True]
    assert kept.size == 3 * answer().size


def test_a_shop_keeps_a_bounded_number_of_bytes(monkeypatch):
    monkeypatch.setattr(store, "MOST_BYTES_PER_SHOP", 5000)
    kept = Store()
    for number in range(5):
        kept.put((str(number), "", ""), answer(size=1000))
    assert kept.size == 4000
    assert kept.get(1, 1, ("0", "", "")) is None


def test_the_shops_written_longest_ago_go_first(monkeypatch):
    monkeypatch.setattr(store, "MOST_BYTES", 3 * answer().size)
    kept, key = Store(), ("", "", "")
    for slot in (1, 2, 3, 1, 4):
        kept.put(key, answer(slot))
    assert [bool(kept.get(slot, 1, key)) for slot in (1, 2, 3, 4)] == [True, False, True, True]


def test_an_older_answer_does_not_replace_a_newer_version():
    kept, key = Store(), ("", "", "")
    kept.put(key, answer(version=2))
    kept.put(("old", "", ""), answer(version=1))
    assert kept.get(1, 1, ("old", "", "")) is None
    assert kept.get(1, 2, key) is not None
    kept.put(key, answer(version=3))
    assert (kept.get(1, 2, key), kept.size) == (None, answer().size)

"""The simulator put together: book, interfaces, notices and the server in front of them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

from payments.paysim.accounts import Accounts
from payments.paysim.bills import Bills
from payments.paysim.browser import FOLDER, Browser
from payments.paysim.control import Control
from payments.paysim.faults import CALL_FAULTS, Faults
from payments.paysim.forgery import Forge
from payments.paysim.keys import platform_key
from payments.paysim.notices import Notices
from payments.paysim.refunds import Refunds
from payments.paysim.server import Answer, Request, SimulatorServer, json_answer
from payments.paysim.signing import spoiled
from payments.paysim.store import BOOK_SCHEMA, Store
from payments.paysim.till import Till
from payments.paysim.trades import Trades
from payments.paysim.wechat import WeChatInterface


class PaySim:
    """A running payment provider on 127.0.0.1; `folder` holds its keys and its book, port 0 takes a free one."""

    def __init__(self, folder: Path, port: int = 0) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        key = platform_key(folder)
        self.store = Store(folder / "book.sqlite3", BOOK_SCHEMA)
        for column in ("trade_type TEXT NOT NULL DEFAULT 'JSAPI'", "payer_ip TEXT NOT NULL DEFAULT ''"):
            self.store.add_column("trades", *column.split(" ", 1))
        self.accounts = Accounts(self.store, key)
        self.faults = Faults()
        self.notices = Notices(self.store, self.accounts, key, self.faults)
        trades = Trades(self.store)
        forge = Forge(self.store, self.accounts, key)
        till = Till(trades, self.notices)
        self._stopped = Event()
        self._control = Control(self.store, self.accounts, trades, till, self.faults, forge)
        self._browser = Browser(trades, till)
        self._provider = WeChatInterface(
            self.accounts, trades, Refunds(self.store), self.notices, Bills(self.store), key
        )
        self.server = SimulatorServer(port, self.answer)
        self._provider.base_url = self.server.url

    @property
    def url(self) -> str:
        """The provider's base address."""
        return self.server.url

    def start_background(self) -> None:
        """Begin to make keys and to deliver notices."""
        self.accounts.start()
        self.notices.start()

    def start(self) -> None:
        """Serve from a thread of this process, until close()."""
        self.start_background()
        self._serving = ThreadPoolExecutor(1, thread_name_prefix="paysim")
        self._serving.submit(self.server.serve_forever, 0.05)

    def close(self) -> None:
        """Stop what start() began and close the book."""
        self.server.shutdown()
        self.server.server_close()
        self._serving.shutdown(wait=True)
        self.stop_background()

    def stop_background(self) -> None:
        """End held answers, keys and notices, then close the book."""
        self._stopped.set()
        self.notices.stop()
        self.accounts.stop()
        self.store.close()

    def answer(self, request: Request) -> Answer:
        """The answer to any request, as the fault scripts will have it."""
        if request.path.startswith(FOLDER):
            return self._browser(request)
        if not request.path.startswith("/v3/"):
            return self._control(request)
        subject = f"{request.method} {request.target}\n{request.body.decode(errors='replace')}"
        fault = self.faults.strike(CALL_FAULTS, subject)
        if fault is None:
            return self._provider(request)
        if fault.mode == "error_500":
            return self._provider.signed(json_answer(500, {"code": "SYSTEM_ERROR", "message": "系统错误"}))
        answer = self._provider(request)
        if fault.mode == "hang":
            # What was asked is done; only the answer is late.
            self._stopped.wait(fault.seconds)
            return answer
        if fault.mode == "reset_after_commit":
            return Answer(answer.status, reset=True)
        if "Wechatpay-Signature" not in answer.headers:
            return answer
        return Answer(answer.status, answer.body, spoiled(answer.headers))

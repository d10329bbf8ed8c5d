import pytest


@pytest.fixture(scope="session")
def paysim(tmp_path_factory):
    """A payment simulator in this process."""
    from payments.paysim.app import PaySim

    simulator = PaySim(tmp_path_factory.mktemp("paysim"), port=0)
    simulator.start()
    yield simulator
    simulator.close()


@pytest.fixture
def money(paysim, shop, settings):
    """The current shop collects through the simulator; an object to act as the shopper's WeChat."""
    from payments.services.accounts import connect_paysim
    from tests.payments.cashier import Cashier

    settings.PAYSIM_URL = paysim.url
    settings.PAYMENT_URLS = {"wechat": paysim.url}
    settings.SHARED_URL = "http://127.0.0.1:1"  # nobody listens: notices are lost, and queries must do
    return Cashier(paysim.url, connect_paysim())

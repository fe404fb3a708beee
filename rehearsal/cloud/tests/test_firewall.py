from threading import Thread

from rehearsal.cloud.firewall import Firewall


def test_what_is_found_later_is_loaded_later() -> None:
    firewall = Firewall()
    found = []
    other = Thread(target=firewall.load, args=(lambda: found.append("later") or "",))

    def find() -> str:
        other.start()
        other.join(0.2)  # it has to wait
        found.append("earlier")
        return ""

    firewall.load(find)
    other.join()
    assert found == ["earlier", "later"]

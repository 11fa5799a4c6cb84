"""The flag that executors sleep on."""

import threading

from rclpy.impl.waker import Waker

WAIT_S = 20.0


def test_a_call_before_the_wait_is_not_lost() -> None:
    waker = Waker()
    waker.wake()
    waker.wake()
    assert waker.is_awake
    assert waker.wait(WAIT_S)
    assert not waker.wait(0.01)


def test_another_thread_ends_the_wait() -> None:
    waker = Waker()
    threading.Timer(0.05, waker.wake).start()
    assert waker.wait(WAIT_S)


def test_clearing_forgets_calls_and_gives_their_causes() -> None:
    waker = Waker()
    for cause in (0, 7, 7):
        waker.wake(cause)
    assert waker.clear() == {0, 7}
    assert waker.clear() == set()
    assert not waker.wait(0.01)


def test_a_rest_is_ended_by_others_and_by_what_is_urgent_only() -> None:
    waker = Waker()
    threading.Timer(0.05, waker.wake, (7,)).start()
    waker.rest({7, 8}, 0.5)
    assert not waker.is_awake
    assert waker.clear() == {7}
    for cause, is_urgent in ((0, False), (9, False), (8, True)):
        threading.Timer(0.05, waker.wake, (cause, is_urgent)).start()
        waker.rest({7, 8}, 10 * WAIT_S)
        assert waker.clear() == {cause}
    waker.wake(7)
    assert waker.wait(WAIT_S)
